/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A DICOM application entity we talk to. Immutable after construction, reference counted. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How its images are brought here. */
typedef enum
{
  IC_RETRIEVE_GET,  /* C-GET: over the association that we open */
  IC_RETRIEVE_MOVE, /* C-MOVE: it connects to us */
} IcRetrieveMethod;
#define IC_NODE_ASSOCIATIONS_USUAL 4 /* where the node has no setting */
#define IC_NODE_ASSOCIATIONS_MAX 16

typedef struct
{
  char *name; /* what people call it, unique */
  char *aet;  /* its AE title, 1 to 16 characters (PS3.5 6.2, AE) */
  char *host; /* name or address */
  guint16 port;
  char *our_aet; /* how we call ourselves to it; "" for the AE title in the settings */
  gboolean tls;
  char *tls_ca;   /* PEM file that signs its certificate; "" for the system's store */
  char *tls_cert; /* PEM file of our certificate, "" for none */
  char *tls_key;  /* PEM file of our private key, "" for none */
  IcRetrieveMethod retrieve;
  guint max_associations; /* that we may open at once to send; 0: what we think right */
} IcNode;

/* All strings are copied, NULL counts as "". Fails with IC_ERROR_USAGE when a name is empty, an AE
 * title is not one, the port is 0, or certificate and key do not come together.
 */
IcNode *ic_node_new (const char *name,
                     const char *aet,
                     const char *host,
                     guint port,
                     const char *our_aet,
                     gboolean tls,
                     const char *tls_ca,
                     const char *tls_cert,
                     const char *tls_key,
                     GError **error);

/* For whoever makes a node, before anybody else sees it: C-GET unless set. */
void ic_node_set_retrieve (IcNode *self, IcRetrieveMethod retrieve);
/* For whoever makes a node, before anybody else sees it. IC_ERROR_USAGE above
 * IC_NODE_ASSOCIATIONS_MAX.
 */
gboolean ic_node_limit_associations (IcNode *self, guint max_associations, GError **error);
IcNode *ic_node_ref (IcNode *self);
void ic_node_unref (IcNode *self);

/* "get", "move" */
const char *ic_retrieve_method_to_string (IcRetrieveMethod method);
gboolean ic_retrieve_method_from_string (const char *text, IcRetrieveMethod *method);

/* 1 to 16 characters of the default repertoire without backslash and control characters, not all
 * spaces (PS3.5 6.2).
 */
gboolean ic_aet_is_valid (const char *aet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcNode, ic_node_unref)

G_END_DECLS

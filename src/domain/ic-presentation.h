/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which presentation contexts to propose (PS3.8 9.3.2.2): plain values and a pure function, no
 * network. An association carries at most 128 of them, so a study with many kinds of objects needs
 * several associations.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IC_PRESENTATION_MAX 128 /* contexts an association, PS3.8 9.3.2.2: odd numbers to 255 */

typedef struct
{
  const char *abstract_syntax;
  const char *const *transfer_syntaxes; /* NULL-terminated, the preferred one first */
  gboolean scp_role;                    /* propose that we are the SCP, as C-GET needs it */
} IcPresentationContext;

/* The storage contexts of one association. */
typedef struct
{
  GArray *contexts;   /* of IcPresentationContext */
  GPtrArray *classes; /* of char *: the abstract syntaxes, each once */
} IcPresentationPlan;

/* Plans the associations in which C-GET can bring every instance of @classes (NULL-terminated SOP
 * Class UIDs; NULL or nothing valid in it: every class we know). Each class gets one context for
 * both native little-endian syntaxes and one for each compressed syntax alone, because an acceptor
 * chooses one syntax a context. All contexts of a class stay in one association, and one context is
 * left free for the retrieve service itself. Invalid UIDs and repetitions are ignored; order is
 * kept. Returns an array of IcPresentationPlan that owns its elements, at least one.
 */
GPtrArray *ic_presentation_plan_get (const char *const *classes);

/* For acceptors that answer C-GET on the first context of a class, whatever the syntax of the file,
 * and for classes nobody named: associations in which each of @classes (NULL: every class we know,
 * the ordinary ones first) has one context with one syntax only, native first, then each compressed
 * syntax in order of how common it is. Returns an array like the one above.
 */
GPtrArray *ic_presentation_plan_single_syntaxes (const char *const *classes);

/* Little-endian, explicit before implicit: what queries and echoes are made with. */
const char *const *ic_presentation_native_syntaxes (void);

void ic_presentation_plan_free (IcPresentationPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcPresentationPlan, ic_presentation_plan_free)

G_END_DECLS

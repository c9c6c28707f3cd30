/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a small picture for each of several series, of the middle one of its images: from the local
 * store, or from a node, of which one image a series is fetched for it. That is part of no
 * transfer: the image is removed at once and proves nothing. Blocks the thread that calls it, and
 * iterates its default main context.
 */
#pragma once

#include "core/ic-error.h"
#include "ops/ic-desk.h"
#include "picture/ic-picture.h"

G_BEGIN_DECLS

#define IC_PREVIEW_EDGE 128
#define IC_PREVIEW_MAX_BYTES (20 * 1000 * 1000) /* what is fetched of a node for one */

typedef struct
{
  char *study_uid;
  char *series_uid;
  GCancellable *cancellable;
  gpointer data; /* the asker's */
} IcPreviewRequest;

IcPreviewRequest *ic_preview_request_new (const char *study_uid,
                                          const char *series_uid,
                                          GCancellable *cancellable,
                                          gpointer data);
void ic_preview_request_free (IcPreviewRequest *self);

/* Called once for each request, in no order: a picture, which lives for the call, or NULL and
 * @error.
 */
typedef void (*IcPreviewFunc) (IcPreviewRequest *request,
                               IcPicture *picture,
                               const GError *error,
                               gpointer user_data);

/* @requests: of IcPreviewRequest. */
void ic_preview_make_local (IcDesk *desk,
                            GPtrArray *requests,
                            IcPreviewFunc func,
                            gpointer user_data);

/* All over one connection at a time. A node that is used by C-MOVE, that is switched off for it
 * (see ic_preview_dup_setting_key()), or whose images are too large, has none:
 * IC_ERROR_UNSUPPORTED.
 */
void ic_preview_make_remote (IcDesk *desk,
                             IcNode *node,
                             GPtrArray *requests,
                             IcPreviewFunc func,
                             gpointer user_data);

/* Whether @node may be asked for previews at all. */
gboolean ic_preview_can_ask (const IcNode *node);

/* The setting that is "off" where a node is not asked for previews; free with g_free(). */
char *ic_preview_dup_setting_key (const char *node_name);

/* Reads that setting. */
gboolean ic_preview_is_on (IcReadTx *tx, const char *node_name, gboolean *is_on, GError **error);

/* Changing it, which is an event in the log. */
typedef struct
{
  char *operator_name;
  char *node_name;
  gboolean is_on;
} IcPreviewChange;

IcPreviewChange *ic_preview_change_new (const char *operator_name,
                                        const char *node_name,
                                        gboolean is_on);
void ic_preview_change_free (IcPreviewChange *self);

/* An IcWriteFunc; @data: IcPreviewChange. */
gboolean ic_preview_change_apply (IcWriteTx *tx, gpointer data, GError **error);

/* For both: the request whose file was read. */
typedef struct
{
  IcPreviewFunc func;
  gpointer user_data;
} IcPreviewAnswer;

void ic_preview_report (const IcPreviewAnswer *answer,
                        IcPreviewRequest *request,
                        IcErrorCode code,
                        const char *message);

G_END_DECLS

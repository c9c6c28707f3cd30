/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a node says a study consists of, asked down to one image-level query a series (PS3.4 C.4.1),
 * and what kinds of objects those are, for negotiating their retrieval.
 */
#pragma once

#include "dicom/ic-net-client.h"
#include "domain/ic-expectation.h"

G_BEGIN_DECLS

typedef struct
{
  IcExpectation *expectation;
  GHashTable
      *classes; /* SOP Instance UID, the expectation's → SOP Class UID, as far as the node said */
  gboolean all_classes_known;
} IcSourceReading;

/* Asks over the association that @client has open for queries. Without @with_classes the node is
 * not asked for them, which spares some nodes a look into every file: the list alone tells whether
 * anything has changed. A node that refuses image level
 * gives a weaker basis and no error. The UIDs are kept in @texts. IC_ERROR_NOT_FOUND when it does
 * not have the study.
 */
IcSourceReading *ic_source_reading_take (IcNetClient *client,
                                         const char *source_name,
                                         const char *study_uid,
                                         gboolean with_classes,
                                         IcTexts *texts,
                                         GCancellable *cancellable,
                                         GError **error);
void ic_source_reading_free (IcSourceReading *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSourceReading, ic_source_reading_free)

G_END_DECLS

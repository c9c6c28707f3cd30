/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Study trees for the tests of the layout: invented ones, and ones read from real files, whose
 * directory keys are taken out by hand, so that these tests need no worker.
 */
#pragma once

#include "domain/ic-study.h"

/* A study with @n_series of @n_instances CT images; UIDs begin with "1.2.@number". */
IcStudy *fixture_study_new (guint number, guint n_series, guint n_instances);

/* An instance of @sop_class_uid with these directory keys, appended to @series. */
IcInstance *fixture_add_instance (IcSeries *series, const char *sop_class_uid, GBytes *keys);

/* A keys blob with one element. */
GBytes *fixture_keys (guint32 tag, const char *vr, const char *value);

/* Puts the DICOM file @path into the tree @studies (of IcStudy), its full name as the path of the
 * instance. FALSE when it is not in an Explicit VR syntax, lacks a UID or is
 * there already, which is no failure.
 */
gboolean fixture_add_file (GPtrArray *studies, const char *path);

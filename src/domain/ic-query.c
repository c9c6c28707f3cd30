/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-query.h"

#include "core/ic-error.h"
#include "domain/ic-uid.h"

#define AT(level) (1U << (level))
#define P AT (IC_LEVEL_PATIENT)
#define S AT (IC_LEVEL_STUDY)
#define E AT (IC_LEVEL_SERIES)
#define I AT (IC_LEVEL_IMAGE)

struct _IcQuery
{
  IcLevel level;
  gboolean patient_root;
  char *character_set;
  char *values[IC_N_QUERY_KEYS]; /* NULL: not asked */
};

/* @levels: where the key is asked for without being told to. Keys above the level come along in
 * study rows only, where people look for a patient.
 */
static const struct
{
  IcQueryKeyInfo info;
  guint levels;
} keys[] = {
  [IC_QUERY_SOP_CLASS_UID] = { { 0x00080016, "UI", "sop_class_uid", FALSE }, I },
  [IC_QUERY_SOP_INSTANCE_UID] = { { 0x00080018, "UI", "sop_instance_uid", FALSE }, I },
  [IC_QUERY_STUDY_DATE] = { { 0x00080020, "DA", "study_date", FALSE }, S },
  [IC_QUERY_STUDY_TIME] = { { 0x00080030, "TM", "study_time", FALSE }, S },
  [IC_QUERY_ACCESSION_NUMBER] = { { 0x00080050, "SH", "accession", TRUE }, S },
  [IC_QUERY_RETRIEVE_AET] = { { 0x00080054, "AE", "retrieve_aet", FALSE }, S | E | I },
  [IC_QUERY_AVAILABILITY] = { { 0x00080056, "CS", "availability", FALSE }, S | E | I },
  [IC_QUERY_MODALITY] = { { 0x00080060, "CS", "modality", FALSE }, E },
  [IC_QUERY_MODALITIES_IN_STUDY] = { { 0x00080061, "CS", "modalities", FALSE }, S },
  [IC_QUERY_SOP_CLASSES_IN_STUDY] = { { 0x00080062, "UI", "sop_classes", FALSE }, S },
  [IC_QUERY_REFERRING_PHYSICIAN] = { { 0x00080090, "PN", "referring_physician", TRUE }, S },
  [IC_QUERY_STUDY_DESCRIPTION] = { { 0x00081030, "LO", "description", TRUE }, S },
  [IC_QUERY_SERIES_DESCRIPTION] = { { 0x0008103E, "LO", "series_description", TRUE }, E },
  [IC_QUERY_PATIENT_NAME] = { { 0x00100010, "PN", "patient_name", TRUE }, P | S },
  [IC_QUERY_PATIENT_ID] = { { 0x00100020, "LO", "patient_id", TRUE }, P | S },
  [IC_QUERY_ISSUER_OF_PATIENT_ID] = { { 0x00100021, "LO", "patient_id_issuer", TRUE }, P | S },
  [IC_QUERY_PATIENT_BIRTH_DATE] = { { 0x00100030, "DA", "birth_date", FALSE }, P | S },
  [IC_QUERY_PATIENT_SEX] = { { 0x00100040, "CS", "sex", FALSE }, P | S },
  [IC_QUERY_BODY_PART_EXAMINED] = { { 0x00180015, "CS", "body_part", FALSE }, E },
  [IC_QUERY_STUDY_INSTANCE_UID] = { { 0x0020000D, "UI", "study_uid", FALSE }, S },
  [IC_QUERY_SERIES_INSTANCE_UID] = { { 0x0020000E, "UI", "series_uid", FALSE }, E },
  [IC_QUERY_STUDY_ID] = { { 0x00200010, "SH", "study_id", TRUE }, S },
  [IC_QUERY_SERIES_NUMBER] = { { 0x00200011, "IS", "series_number", FALSE }, E },
  [IC_QUERY_INSTANCE_NUMBER] = { { 0x00200013, "IS", "instance_number", FALSE }, I },
  [IC_QUERY_PATIENT_STUDY_COUNT] = { { 0x00201200, "IS", "patient_study_count", FALSE }, P },
  [IC_QUERY_PATIENT_SERIES_COUNT] = { { 0x00201202, "IS", "patient_series_count", FALSE }, P },
  [IC_QUERY_PATIENT_INSTANCE_COUNT] = { { 0x00201204, "IS", "patient_instance_count", FALSE }, P },
  [IC_QUERY_STUDY_SERIES_COUNT] = { { 0x00201206, "IS", "series_count", FALSE }, S },
  [IC_QUERY_STUDY_INSTANCE_COUNT] = { { 0x00201208, "IS", "instance_count", FALSE }, S },
  [IC_QUERY_SERIES_INSTANCE_COUNT] = { { 0x00201209, "IS", "series_instance_count", FALSE }, E },
  [IC_QUERY_NUMBER_OF_FRAMES] = { { 0x00280008, "IS", "frames", FALSE }, I },
  [IC_QUERY_ROWS] = { { 0x00280010, "US", "rows", FALSE }, I },
  [IC_QUERY_COLUMNS] = { { 0x00280011, "US", "columns", FALSE }, I },
};

G_STATIC_ASSERT (G_N_ELEMENTS (keys) == IC_N_QUERY_KEYS);

/* By level. */
static const IcQueryKey unique_keys[] = {
  [IC_LEVEL_PATIENT] = IC_QUERY_PATIENT_ID,
  [IC_LEVEL_STUDY] = IC_QUERY_STUDY_INSTANCE_UID,
  [IC_LEVEL_SERIES] = IC_QUERY_SERIES_INSTANCE_UID,
  [IC_LEVEL_IMAGE] = IC_QUERY_SOP_INSTANCE_UID,
};
static const char *const level_names[] = {
  [IC_LEVEL_PATIENT] = "PATIENT",
  [IC_LEVEL_STUDY] = "STUDY",
  [IC_LEVEL_SERIES] = "SERIES",
  [IC_LEVEL_IMAGE] = "IMAGE",
};

static gboolean
has_control_characters (const char *value)
{
  for (const char *c = value; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return TRUE;
  return FALSE;
}

static gboolean
is_uid_list (const char *value)
{
  g_auto(GStrv) uids = g_strsplit (value, "\\", -1);

  for (gsize i = 0; uids[i] != NULL; i++)
    if (!ic_uid_is_valid (uids[i]))
      return FALSE;
  return TRUE;
}

static gboolean
check_value (const IcQueryKeyInfo *info, const char *value, GError **error)
{
  if (value == NULL || value[0] == '\0')
    return TRUE;
  if (has_control_characters (value) || !g_utf8_validate (value, -1, NULL))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "%s has characters that cannot be sent",
                   info->name);
      return FALSE;
    }
  if (g_str_equal (info->vr, "UI") && !is_uid_list (value))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "%s is not a UID", info->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_unique_key (const IcQuery *self, IcLevel level, GError **error)
{
  const char *value = self->values[unique_keys[level]];

  if (value != NULL && value[0] != '\0')
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_USAGE, "a query at %s level needs %s",
               level_names[self->level], keys[unique_keys[level]].info.name);
  return FALSE;
}

const IcQueryKeyInfo *
ic_query_key_get_info (IcQueryKey key)
{
  g_return_val_if_fail (key < IC_N_QUERY_KEYS, NULL);

  return &keys[key].info;
}

gboolean
ic_query_key_from_name (const char *name, IcQueryKey *key)
{
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    if (g_str_equal (keys[i].info.name, name))
      {
        *key = (IcQueryKey) i;
        return TRUE;
      }
  return FALSE;
}

IcQuery *
ic_query_new (IcLevel level)
{
  IcQuery *self = g_new0 (IcQuery, 1);

  g_return_val_if_fail (level < IC_N_LEVELS, NULL);

  self->level = level;
  self->patient_root = level == IC_LEVEL_PATIENT;
  self->character_set = g_strdup ("ISO_IR 192");
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    if ((keys[i].levels & AT (level)) != 0)
      self->values[i] = g_strdup ("");
  return self;
}

void
ic_query_free (IcQuery *self)
{
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    g_free (self->values[i]);
  g_free (self->character_set);
  g_free (self);
}

void
ic_query_set (IcQuery *self, IcQueryKey key, const char *value)
{
  g_return_if_fail (key < IC_N_QUERY_KEYS);

  g_free (self->values[key]);
  self->values[key] = g_strdup (value);
}

void
ic_query_set_patient_root (IcQuery *self, gboolean patient_root)
{
  self->patient_root = patient_root || self->level == IC_LEVEL_PATIENT;
}

void
ic_query_set_character_set (IcQuery *self, const char *character_set)
{
  g_free (self->character_set);
  self->character_set = g_strdup (character_set);
}

IcLevel
ic_query_get_level (const IcQuery *self)
{
  return self->level;
}

const char *
ic_query_get_level_name (const IcQuery *self)
{
  return level_names[self->level];
}

gboolean
ic_query_get_patient_root (const IcQuery *self)
{
  return self->patient_root;
}

const char *
ic_query_get (const IcQuery *self, IcQueryKey key)
{
  g_return_val_if_fail (key < IC_N_QUERY_KEYS, NULL);

  return self->values[key];
}

const char *
ic_query_get_character_set (const IcQuery *self)
{
  return self->character_set;
}

gboolean
ic_query_needs_character_set (const IcQuery *self)
{
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    if (self->values[i] != NULL && keys[i].info.is_text && !g_str_is_ascii (self->values[i]))
      return TRUE;
  return FALSE;
}

gboolean
ic_query_check (const IcQuery *self, gboolean for_retrieve, GError **error)
{
  IcLevel top = self->patient_root ? IC_LEVEL_PATIENT : IC_LEVEL_STUDY;

  for (IcLevel level = top; level < self->level; level++)
    if (!check_unique_key (self, level, error))
      return FALSE;
  if (for_retrieve && !check_unique_key (self, self->level, error))
    return FALSE;
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    if (!check_value (&keys[i].info, self->values[i], error))
      return FALSE;
  return TRUE;
}

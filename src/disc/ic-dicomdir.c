/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-dicomdir.h"

#include "core/ic-error.h"
#include "disc/ic-element.h"
#include "domain/ic-implementation.h"
#include "domain/ic-uid.h"

#include <string.h>

#define DIRECTORY_CLASS_UID "1.2.840.10008.1.3.10"
#define EXPLICIT_LITTLE_ENDIAN_UID "1.2.840.10008.1.2.1"
#define IN_USE 0xffff
#define MAX_KEYS 16

/* Where the offsets stand in a record: item header 8, (0004,1400) 8 + 4, (0004,1410) 8 + 2. */
#define NEXT_AT 16
#define LOWER_AT 38

#define TAG_PATIENT_ID 0x00100020u
#define TAG_STUDY_UID 0x0020000du
#define TAG_SERIES_UID 0x0020000eu
#define TAG_STUDY_ID 0x00200010u
#define TAG_CHARACTER_SET 0x00080005u
#define TAG_CONTENT_SEQUENCE 0x0040a730u
#define TAG_RELATIONSHIP 0x0040a010u

typedef struct
{
  GByteArray *out;
  GPtrArray *generated;
  gsize root_first_at; /* where the offset of the first root record stands */
  gsize root_last_at;
  gsize sequence_at;           /* where the length of the sequence stands */
  gsize previous[IC_N_LEVELS]; /* the last record of each level under the present parent, or 0 */
  guint ordinal[IC_N_LEVELS];  /* its place among its siblings, from 1 */
  IcPatient *patient;
  const char *first_study_uid;
  const char *id_secret;
} Writer;

typedef struct
{
  IcLevel level;
  IcRecordType type;
  GBytes *keys;
  const char *uid; /* of the study or series */
  const char *subject;
} Record;

void
ic_generated_key_free (IcGeneratedKey *self)
{
  g_free (self->subject);
  g_free (self->value);
  g_free (self);
}

gboolean
ic_generated_key_is_personal (const IcGeneratedKey *self)
{
  return self->tag == TAG_PATIENT_ID;
}

gboolean
ic_file_id_component_is_valid (const char *text, gsize max)
{
  gsize length = strlen (text);

  return length > 0 && length <= max &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == length;
}

static void
note_generated (Writer *self, const Record *record, const IcDirectoryKey *key, const char *value)
{
  IcGeneratedKey *generated = g_new0 (IcGeneratedKey, 1);

  generated->record = record->type;
  generated->tag = key->tag;
  generated->keyword = key->name;
  generated->subject = g_strdup (record->subject);
  generated->value = g_strdup (value);
  g_ptr_array_add (self->generated, generated);
}

/* The same patient gets the same ID on every medium; without the secret nobody can find out by
 * trying names and dates of birth who that is.
 */
static char *
make_patient_id (Writer *self)
{
  IcPatient *patient = self->patient;
  g_autofree char *identity = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *head = NULL;

  identity = g_strjoin ("\n", patient->issuer, patient->name, patient->birth_date, patient->sex,
                        *patient->name == '\0' ? self->first_study_uid : "", NULL);
  hex = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guint8 *) self->id_secret,
                                   strlen (self->id_secret), identity, -1);
  hex[16] = '\0';
  head = g_ascii_strup (hex, -1);
  return g_strconcat ("GEN-", head, NULL);
}

static char *
make_value (Writer *self, const Record *record, const IcDirectoryKey *key)
{
  if (key->fallback != NULL)
    return g_strdup (key->fallback);
  if (key->tag == TAG_PATIENT_ID)
    return make_patient_id (self);
  if (key->tag == TAG_STUDY_ID)
    return g_strdup_printf ("S%u", self->ordinal[IC_LEVEL_STUDY]);
  return g_strdup_printf ("%u", self->ordinal[record->level]);
}

/* A code that belongs to no scheme but ours, for a document without a title (PS3.3 Table 8.8-1). */
static void
append_code (GByteArray *out, guint32 tag, const char *meaning)
{
  g_autoptr(GByteArray) code = g_byte_array_new ();
  g_autoptr(GByteArray) item = g_byte_array_new ();

  ic_element_append_string (code, 0x00080100, "SH", "NOTITLE");
  ic_element_append_string (code, 0x00080102, "SH", "99IMGCOURIER");
  ic_element_append_string (code, 0x00080104, "LO", meaning);
  ic_item_append_header (item, code->len);
  g_byte_array_append (item, code->data, code->len);
  ic_element_append (out, tag, "SQ", item->data, item->len);
}

static void
append_generated (Writer *self, const Record *record, const IcDirectoryKey *key)
{
  g_autofree char *value = make_value (self, record, key);

  note_generated (self, record, key, value);
  if (g_str_equal (key->vr, "SQ"))
    append_code (self->out, key->tag, value);
  else if (g_str_equal (key->vr, "US"))
    ic_element_append_us (self->out, key->tag, (guint16) g_ascii_strtoull (value, NULL, 10));
  else if (g_str_equal (key->vr, "UL"))
    ic_element_append_ul (self->out, key->tag, (guint32) g_ascii_strtoull (value, NULL, 10));
  else
    ic_element_append_string (self->out, key->tag, key->vr, value);
}

static gboolean
is_concept_modifier (IcItem *item)
{
  static const char wanted[] = "HAS CONCEPT MOD";
  IcElement element;

  while (ic_element_read (&item->content, &element))
    if (element.tag == TAG_RELATIONSHIP)
      return element.size >= strlen (wanted) &&
             memcmp (element.value, wanted, strlen (wanted)) == 0;
  return FALSE;
}

/* Of the content tree a record carries only what modifies the title (PS3.3 F.5.25). */
static void
append_concept_modifiers (GByteArray *out, const IcElement *element)
{
  g_autoptr(GByteArray) kept = g_byte_array_new ();
  IcElementReader items = { element->value, element->size, 0 };
  IcItem item;

  while (ic_item_read (&items, &item))
    if (is_concept_modifier (&item))
      g_byte_array_append (kept, item.whole, item.whole_size);
  if (kept->len > 0)
    ic_element_append (out, element->tag, "SQ", kept->data, kept->len);
}

static void
append_key (Writer *self, const Record *record, const IcDirectoryKey *key, const IcElement *found)
{
  if (key->tag == TAG_STUDY_UID || key->tag == TAG_SERIES_UID)
    ic_element_append_string (self->out, key->tag, key->vr, record->uid);
  else if (found->value != NULL && key->tag == TAG_CONTENT_SEQUENCE)
    append_concept_modifiers (self->out, found);
  else if (found->value != NULL)
    ic_element_append (self->out, key->tag, key->vr, found->value, found->size);
  else if (key->type == IC_KEY_TYPE_1)
    append_generated (self, record, key);
  else if (key->type == IC_KEY_TYPE_2)
    ic_element_append (self->out, key->tag, key->vr, "", 0);
}

/* Fills @found, parallel to @keys; the first of several equal elements wins, as everywhere. */
static void
find_keys (GBytes *blob, const IcDirectoryKey *keys, gsize n_keys, IcElement *found)
{
  IcElementReader reader = { NULL, 0, 0 };
  IcElement element;

  reader.data = g_bytes_get_data (blob, &reader.size);
  while (ic_element_read (&reader, &element))
    for (gsize i = 0; i < n_keys; i++)
      if (keys[i].tag == element.tag && found[i].value == NULL &&
          g_str_equal (keys[i].vr, element.vr) && !ic_element_is_empty (&element))
        found[i] = element;
}

static void
append_keys (Writer *self, const Record *record)
{
  IcElement found[MAX_KEYS] = { 0 };
  gsize n_keys = 0;
  const IcDirectoryKey *keys = ic_directory_keys (record->type, &n_keys);

  g_assert (n_keys <= MAX_KEYS);
  if (record->keys != NULL)
    find_keys (record->keys, keys, n_keys, found);
  for (gsize i = 0; i < n_keys; i++)
    append_key (self, record, &keys[i], &found[i]);
}

/* Chains the new record to its sibling before it, or to its parent. */
static void
link_record (Writer *self, IcLevel level)
{
  guint8 *data = self->out->data;
  guint32 here = self->out->len;

  if (self->previous[level] != 0)
    ic_element_put_u32 (data + self->previous[level] + NEXT_AT, here);
  else if (level == IC_LEVEL_PATIENT)
    ic_element_put_u32 (data + self->root_first_at, here);
  else
    ic_element_put_u32 (data + self->previous[level - 1] + LOWER_AT, here);
  self->previous[level] = here;
  self->ordinal[level]++;
  for (int lower = level + 1; lower < IC_N_LEVELS; lower++)
    {
      self->previous[lower] = 0;
      self->ordinal[lower] = 0;
    }
}

static void
append_reference (GByteArray *out, const Record *record, const IcInstance *instance)
{
  g_autofree char *file_id = g_strdelimit (g_strdup (record->subject), "/", '\\');

  if (record->type == IC_RECORD_PRIVATE)
    ic_element_append_string (out, 0x00041432, "UI", IC_PRIVATE_RECORD_UID);
  ic_element_append_string (out, 0x00041500, "CS", file_id);
  ic_element_append_string (out, 0x00041510, "UI", instance->sop_class_uid);
  ic_element_append_string (out, 0x00041511, "UI", instance->sop_instance_uid);
  ic_element_append_string (out, 0x00041512, "UI", instance->transfer_syntax_uid);
}

/* PS3.3 Table F.3-3. The array may move while it grows, so places are offsets. */
static gboolean
append_record (Writer *self, const Record *record, const IcInstance *instance, GError **error)
{
  gsize start = self->out->len;
  gsize keys_size = record->keys != NULL ? g_bytes_get_size (record->keys) : 0;

  if (start + keys_size > G_MAXINT32)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED,
                           "the directory would be larger than 2 GiB");
      return FALSE;
    }
  link_record (self, record->level);
  ic_item_append_header (self->out, 0);
  ic_element_append_ul (self->out, 0x00041400, 0);
  ic_element_append_us (self->out, 0x00041410, IN_USE);
  ic_element_append_ul (self->out, 0x00041420, 0);
  ic_element_append_string (self->out, 0x00041430, "CS",
                            ic_directory_record_type_name (record->type));
  if (instance != NULL)
    append_reference (self->out, record, instance);
  append_keys (self, record);
  ic_element_put_u32 (self->out->data + start + 4, self->out->len - start - 8);
  return TRUE;
}

static void
append_meta (GByteArray *out, const char *directory_uid)
{
  static const guint8 preamble[128] = { 0 };
  static const guint8 version[2] = { 0, 1 };
  g_autoptr(GByteArray) meta = g_byte_array_new ();

  ic_element_append (meta, 0x00020001, "OB", version, sizeof version);
  ic_element_append_string (meta, 0x00020002, "UI", DIRECTORY_CLASS_UID);
  ic_element_append_string (meta, 0x00020003, "UI", directory_uid);
  ic_element_append_string (meta, 0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN_UID);
  ic_element_append_string (meta, 0x00020012, "UI", IC_IMPLEMENTATION_CLASS_UID);
  ic_element_append_string (meta, 0x00020013, "SH", IC_IMPLEMENTATION_VERSION_NAME);
  g_byte_array_append (out, preamble, sizeof preamble);
  g_byte_array_append (out, (const guint8 *) "DICM", 4);
  ic_element_append_ul (out, 0x00020000, meta->len);
  g_byte_array_append (out, meta->data, meta->len);
}

/* PS3.3 Table F.3-2; offsets and the length of the sequence are filled in at the end. */
static void
append_head (Writer *self, const char *file_set_id, const char *directory_uid)
{
  append_meta (self->out, directory_uid);
  ic_element_append_string (self->out, 0x00041130, "CS", file_set_id);
  ic_element_append_ul (self->out, 0x00041200, 0);
  self->root_first_at = self->out->len - 4;
  ic_element_append_ul (self->out, 0x00041202, 0);
  self->root_last_at = self->out->len - 4;
  ic_element_append_us (self->out, 0x00041212, 0);
  ic_element_append (self->out, 0x00041220, "SQ", "", 0);
  self->sequence_at = self->out->len - 4;
}

static gboolean
check_uid (const char *uid, const char *what, const char *where, GError **error)
{
  if (ic_uid_is_valid (uid))
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s has no valid %s", where, what);
  return FALSE;
}

static gboolean
append_instance (Writer *self, const IcInstance *instance, const char *file_id, GError **error)
{
  Record record = { IC_LEVEL_IMAGE, IC_RECORD_IMAGE, instance->keys, NULL, file_id };

  if (!check_uid (instance->sop_instance_uid, "SOP Instance UID", file_id, error) ||
      !check_uid (instance->sop_class_uid, "SOP Class UID", file_id, error) ||
      !check_uid (instance->transfer_syntax_uid, "Transfer Syntax UID", file_id, error))
    return FALSE;
  record.type = ic_directory_record_type_for_class (instance->sop_class_uid);
  return append_record (self, &record, instance, error);
}

static gboolean
append_series (Writer *self, const IcSeries *series, const char *const **file_ids, GError **error)
{
  Record record = { IC_LEVEL_SERIES, IC_RECORD_SERIES, series->keys, series->series_uid,
                    series->series_uid };

  if (series->instances->len == 0)
    return TRUE;
  if (!check_uid (series->series_uid, "Series Instance UID", "a series", error) ||
      !append_record (self, &record, NULL, error))
    return FALSE;
  for (guint i = 0; i < series->instances->len; i++)
    {
      g_assert (**file_ids != NULL);
      if (!append_instance (self, series->instances->pdata[i], *(*file_ids)++, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
append_study (Writer *self, IcStudy *study, const char *const **file_ids, GError **error)
{
  Record record = { IC_LEVEL_STUDY, IC_RECORD_STUDY, study->keys, study->study_uid,
                    study->study_uid };

  if (ic_study_count_instances (study) == 0)
    return TRUE;
  if (!check_uid (study->study_uid, "Study Instance UID", "a study", error) ||
      !append_record (self, &record, NULL, error))
    return FALSE;
  for (guint i = 0; i < study->series->len; i++)
    if (!append_series (self, study->series->pdata[i], file_ids, error))
      return FALSE;
  return TRUE;
}

static gboolean
append_tree (Writer *self, GPtrArray *studies, const char *const *file_ids, GError **error)
{
  IcStudy *first = studies->pdata[0];
  Record record = { IC_LEVEL_PATIENT, IC_RECORD_PATIENT, first->patient_keys, NULL, "" };

  self->patient = first->patient;
  self->first_study_uid = first->study_uid;
  if (!append_record (self, &record, NULL, error))
    return FALSE;
  for (guint i = 0; i < studies->len; i++)
    if (!append_study (self, studies->pdata[i], &file_ids, error))
      return FALSE;
  ic_element_put_u32 (self->out->data + self->root_last_at, self->previous[IC_LEVEL_PATIENT]);
  ic_element_put_u32 (self->out->data + self->sequence_at, self->out->len - self->sequence_at - 4);
  return TRUE;
}

GBytes *
ic_dicomdir_new_bytes (GPtrArray *studies,
                       const char *const *file_ids,
                       const char *file_set_id,
                       const char *directory_uid,
                       const char *id_secret,
                       GPtrArray **generated,
                       GError **error)
{
  g_autoptr(GByteArray) out = g_byte_array_new ();
  g_autoptr(GPtrArray) keys = NULL;
  Writer writer = { .out = out, .id_secret = id_secret };

  g_return_val_if_fail (id_secret != NULL, NULL);
  if (studies->len == 0 || file_ids[0] == NULL)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "a file-set needs at least one image");
      return NULL;
    }
  if (!ic_file_id_component_is_valid (file_set_id, 16) || !ic_uid_is_valid (directory_uid))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE,
                           "a file-set ID has 1 to 16 of A-Z, 0-9 and _");
      return NULL;
    }
  keys = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_generated_key_free);
  writer.generated = keys;
  append_head (&writer, file_set_id, directory_uid);
  if (!append_tree (&writer, studies, file_ids, error))
    return NULL;
  if (generated != NULL)
    *generated = g_steal_pointer (&keys);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

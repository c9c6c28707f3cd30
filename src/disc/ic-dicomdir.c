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
#define PIECE_SIZE (64 * 1024)

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

/* A record that has others below it. */
typedef struct
{
  IcLevel level;
  guint32 at;
} Branch;

/* The tree is gone through twice: first only to learn where each record will stand, because records
 * name those that follow.
 */
typedef struct
{
  GByteArray *out; /* what has not gone to the sink yet */
  guint64 out_at;  /* where that begins */
  IcByteSink sink; /* NULL the first time */
  gpointer sink_data;
  GArray *branches; /* of Branch, in their order */
  guint n_branches; /* that were met this time */
  guint64 first_at; /* the first record */
  guint64 end_at;   /* of the last one */
  GPtrArray *generated;
  guint ordinal[IC_N_LEVELS]; /* its place among its siblings, from 1 */
  IcPatient *patient;
  const char *first_study_uid;
  const char *id_secret;
} Writer;

typedef struct
{
  IcLevel level;
  IcRecordType type;
  gconstpointer keys;
  gsize keys_size;
  const char *uid; /* of the study or series */
  const char *subject;
  gboolean is_last; /* of the images of a series */
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
  IcGeneratedKey *generated = NULL;

  if (self->sink == NULL)
    return;
  generated = g_new0 (IcGeneratedKey, 1);
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
find_keys (const Record *record, const IcDirectoryKey *keys, gsize n_keys, IcElement *found)
{
  IcElementReader reader = { record->keys, record->keys_size, 0 };
  IcElement element;

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
    find_keys (record, keys, n_keys, found);
  for (gsize i = 0; i < n_keys; i++)
    append_key (self, record, &keys[i], &found[i]);
}

static void
count_record (Writer *self, IcLevel level)
{
  self->ordinal[level]++;
  for (int lower = level + 1; lower < IC_N_LEVELS; lower++)
    self->ordinal[lower] = 0;
}

/* The next branch beside number @index, under the same parent; 0 without one. */
static guint32
find_next (Writer *self, guint index)
{
  const IcLevel level = g_array_index (self->branches, Branch, index).level;

  for (guint i = index + 1; i < self->branches->len; i++)
    {
      const Branch *branch = &g_array_index (self->branches, Branch, i);

      if (branch->level <= level)
        return branch->level == level ? branch->at : 0;
    }
  return 0;
}

/* The record of @size bytes that has been appended last names those that follow: next to an image
 * is what comes behind it, below all others, which are there because something is in them.
 */
static void
link_record (Writer *self, const Record *record, gsize size)
{
  guint8 *data = self->out->data + self->out->len - size;
  const guint32 here = (guint32) (self->out_at + self->out->len - size);
  const Branch branch = { record->level, here };

  if (record->level == IC_LEVEL_IMAGE)
    {
      ic_element_put_u32 (data + NEXT_AT, record->is_last ? 0 : here + (guint32) size);
      return;
    }
  if (self->sink == NULL)
    g_array_append_val (self->branches, branch);
  ic_element_put_u32 (data + NEXT_AT, find_next (self, self->n_branches++));
  ic_element_put_u32 (data + LOWER_AT, here + (guint32) size);
}

/* Hands over what has been made so far, when it has come to something. */
static gboolean
flush (Writer *self, gsize enough, GError **error)
{
  if (self->out->len < enough)
    return TRUE;
  if (self->sink != NULL && !self->sink (self->out->data, self->out->len, self->sink_data, error))
    return FALSE;
  self->out_at += self->out->len;
  g_byte_array_set_size (self->out, 0);
  return TRUE;
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

/* PS3.3 Table F.3-3. */
static gboolean
append_record (Writer *self, const Record *record, const IcInstance *instance, GError **error)
{
  const gsize start = self->out->len;

  if (self->out_at + start + record->keys_size > G_MAXINT32)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED,
                           "the directory would be larger than 2 GiB");
      return FALSE;
    }
  count_record (self, record->level);
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
  link_record (self, record, self->out->len - start);
  return flush (self, PIECE_SIZE, error);
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

/* PS3.3 Table F.3-2. There is one record at the root. */
static void
append_head (Writer *self, const char *file_set_id, const char *directory_uid)
{
  append_meta (self->out, directory_uid);
  ic_element_append_string (self->out, 0x00041130, "CS", file_set_id);
  ic_element_append_ul (self->out, 0x00041200, (guint32) self->first_at);
  ic_element_append_ul (self->out, 0x00041202, (guint32) self->first_at);
  ic_element_append_us (self->out, 0x00041212, 0);
  ic_element_append (self->out, 0x00041220, "SQ", "", 0);
  ic_element_put_u32 (self->out->data + self->out->len - 4,
                      (guint32) (self->end_at - self->first_at));
  self->first_at = self->out->len;
}

static void
take_keys (Record *record, GBytes *keys)
{
  if (keys != NULL)
    record->keys = g_bytes_get_data (keys, &record->keys_size);
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
append_instance (Writer *self,
                 const IcInstance *instance,
                 const char *file_id,
                 gboolean is_last,
                 GError **error)
{
  Record record = { .level = IC_LEVEL_IMAGE,
                    .keys = instance->keys,
                    .keys_size = instance->keys_size,
                    .subject = file_id,
                    .is_last = is_last };

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
  Record record = { .level = IC_LEVEL_SERIES,
                    .type = IC_RECORD_SERIES,
                    .uid = series->series_uid,
                    .subject = series->series_uid };

  if (series->instances->len == 0)
    return TRUE;
  take_keys (&record, series->keys);
  if (!check_uid (series->series_uid, "Series Instance UID", "a series", error) ||
      !append_record (self, &record, NULL, error))
    return FALSE;
  for (guint i = 0; i < series->instances->len; i++)
    {
      g_assert (**file_ids != NULL);
      if (!append_instance (self, series->instances->pdata[i], *(*file_ids)++,
                            i + 1 == series->instances->len, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
append_study (Writer *self, IcStudy *study, const char *const **file_ids, GError **error)
{
  Record record = { .level = IC_LEVEL_STUDY,
                    .type = IC_RECORD_STUDY,
                    .uid = study->study_uid,
                    .subject = study->study_uid };

  if (ic_study_count_instances (study) == 0)
    return TRUE;
  take_keys (&record, study->keys);
  if (!check_uid (study->study_uid, "Study Instance UID", "a study", error) ||
      !append_record (self, &record, NULL, error))
    return FALSE;
  for (guint i = 0; i < study->series->len; i++)
    if (!append_series (self, study->series->pdata[i], file_ids, error))
      return FALSE;
  return TRUE;
}

/* What was learnt stays. */
static void
begin_again (Writer *self, IcByteSink sink)
{
  self->sink = sink;
  self->n_branches = 0;
  self->out_at = 0;
  g_byte_array_set_size (self->out, 0);
  memset (self->ordinal, 0, sizeof self->ordinal);
}

static gboolean
append_tree (Writer *self, GPtrArray *studies, const char *const *file_ids, GError **error)
{
  IcStudy *first = studies->pdata[0];
  Record record = { .level = IC_LEVEL_PATIENT, .type = IC_RECORD_PATIENT, .subject = "" };

  take_keys (&record, first->patient_keys);
  self->patient = first->patient;
  self->first_study_uid = first->study_uid;
  if (!append_record (self, &record, NULL, error))
    return FALSE;
  for (guint i = 0; i < studies->len; i++)
    if (!append_study (self, studies->pdata[i], &file_ids, error))
      return FALSE;
  self->end_at = self->out_at + self->out->len;
  return TRUE;
}

static gboolean
check_arguments (GPtrArray *studies,
                 const char *const *file_ids,
                 const char *file_set_id,
                 const char *directory_uid,
                 GError **error)
{
  if (studies->len == 0 || file_ids[0] == NULL)
    g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "a file-set needs at least one image");
  else if (!ic_file_id_component_is_valid (file_set_id, 16) || !ic_uid_is_valid (directory_uid))
    g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE,
                         "a file-set ID has 1 to 16 of A-Z, 0-9 and _");
  else
    return TRUE;
  return FALSE;
}

gboolean
ic_dicomdir_write (GPtrArray *studies,
                   const char *const *file_ids,
                   const char *file_set_id,
                   const char *directory_uid,
                   const char *id_secret,
                   IcByteSink sink,
                   gpointer user_data,
                   GPtrArray **generated,
                   GError **error)
{
  g_autoptr(GByteArray) out = g_byte_array_new ();
  g_autoptr(GArray) branches = g_array_new (FALSE, FALSE, sizeof (Branch));
  g_autoptr(GPtrArray) keys = NULL;
  Writer writer = {
    .out = out, .branches = branches, .id_secret = id_secret, .sink_data = user_data
  };

  g_return_val_if_fail (id_secret != NULL, FALSE);
  if (!check_arguments (studies, file_ids, file_set_id, directory_uid, error))
    return FALSE;
  keys = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_generated_key_free);
  writer.generated = keys;
  append_head (&writer, file_set_id, directory_uid);
  if (!append_tree (&writer, studies, file_ids, error))
    return FALSE;
  begin_again (&writer, sink);
  append_head (&writer, file_set_id, directory_uid);
  if (!append_tree (&writer, studies, file_ids, error) || !flush (&writer, 1, error))
    return FALSE;
  if (generated != NULL)
    *generated = g_steal_pointer (&keys);
  return TRUE;
}

static gboolean
append_bytes (gconstpointer data, gsize size, gpointer out, GError **error)
{
  g_byte_array_append (out, data, (guint) size);
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

  if (!ic_dicomdir_write (studies, file_ids, file_set_id, directory_uid, id_secret, append_bytes,
                          out, generated, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include "core/ic-digest.h"
#include "disc/ic-directory-table.h"
#include "disc/ic-element.h"
#include "domain/ic-uid.h"

#include <string.h>

#define CT_UID "1.2.840.10008.5.1.4.1.1.2"
#define EXPLICIT_UID "1.2.840.10008.1.2.1"
#define META_AT 132

static GBytes *
bytes_from_array (GByteArray *array)
{
  return g_byte_array_free_to_bytes (array);
}

GBytes *
fixture_keys (guint32 tag, const char *vr, const char *value)
{
  GByteArray *out = g_byte_array_new ();

  ic_element_append_string (out, tag, vr, value);
  return bytes_from_array (out);
}

static GBytes *
make_patient_keys (void)
{
  GByteArray *out = g_byte_array_new ();

  ic_element_append_string (out, 0x00080005, "CS", "ISO_IR 100");
  ic_element_append_string (out, 0x00100010, "PN", "M\xfcller^Anna");
  ic_element_append_string (out, 0x00100020, "LO", "4711");
  return bytes_from_array (out);
}

static GBytes *
make_study_keys (void)
{
  GByteArray *out = g_byte_array_new ();

  ic_element_append_string (out, 0x00080020, "DA", "20260214");
  ic_element_append_string (out, 0x00080030, "TM", "101500");
  ic_element_append_string (out, 0x00081030, "LO", "Thorax");
  ic_element_append_string (out, 0x00200010, "SH", "77");
  return bytes_from_array (out);
}

static GBytes *
make_series_keys (guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);
  GByteArray *out = g_byte_array_new ();

  ic_element_append_string (out, 0x00080060, "CS", "CT");
  ic_element_append_string (out, 0x00200011, "IS", text);
  return bytes_from_array (out);
}

IcInstance *
fixture_add_instance (IcSeries *series, const char *sop_class_uid, GBytes *keys)
{
  IcInstance *instance = ic_series_add_instance (series);
  const guint number = series->instances->len;
  g_autofree char *uid = g_strdup_printf ("%s.%u", series->series_uid, number);
  g_autofree char *text = g_strdup_printf ("%u", number);
  g_autofree char *path = g_strdup_printf ("instances/%u", number);
  g_autofree char *sha256 = g_strnfill (64, 'a');

  instance->sop_instance_uid = ic_texts_keep (series->texts, uid);
  instance->sop_class_uid = ic_texts_keep (series->texts, sop_class_uid);
  instance->transfer_syntax_uid = EXPLICIT_UID;
  instance->number = ic_texts_keep (series->texts, text);
  instance->path = ic_texts_keep (series->texts, path);
  instance->sha256 = ic_texts_keep (series->texts, sha256);
  instance->size_bytes = 1000;
  ic_series_set_keys (series, instance, g_bytes_get_data (keys, NULL), g_bytes_get_size (keys));
  g_bytes_unref (keys);
  return instance;
}

static IcSeries *
make_series (IcStudy *study, guint number, guint n_instances)
{
  IcSeries *series = ic_series_new (study->texts);

  series->series_uid = g_strdup_printf ("%s.%u", study->study_uid, number);
  series->modality = g_strdup ("CT");
  series->number = g_strdup_printf ("%u", number);
  series->description = g_strdup ("Lung");
  series->body_part = g_strdup ("CHEST");
  series->keys = make_series_keys (number);
  for (guint i = 1; i <= n_instances; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      fixture_add_instance (series, CT_UID, fixture_keys (0x00200013, "IS", text));
    }
  return series;
}

IcStudy *
fixture_study_new (guint number, guint n_series, guint n_instances)
{
  IcStudy *study = ic_study_new ();

  study->study_uid = g_strdup_printf ("1.2.%u", number);
  study->date = g_strdup ("20260214");
  study->time = g_strdup ("101500");
  study->accession = g_strdup ("A1");
  study->id = g_strdup ("77");
  study->description = g_strdup ("Thorax");
  study->patient = ic_patient_new ("4711", "", "Müller^Anna", "19700101", "F");
  study->patient_keys = make_patient_keys ();
  study->keys = make_study_keys ();
  for (guint i = 1; i <= n_series; i++)
    g_ptr_array_add (study->series, make_series (study, i, n_instances));
  return study;
}

/* Real files. */

static char *
dup_value (const IcElement *element)
{
  g_autofree char *raw = g_strndup ((const char *) element->value, element->size);

  return g_utf8_make_valid (g_strchomp (raw), -1);
}

static gboolean
find_element (const IcElementReader *from, guint32 tag, IcElement *element)
{
  IcElementReader reader = *from;

  while (ic_element_read (&reader, element))
    if (element->tag == tag)
      return TRUE;
  return FALSE;
}

static char *
find_value (const IcElementReader *from, guint32 tag)
{
  IcElement element;

  return find_element (from, tag, &element) ? dup_value (&element) : g_strdup ("");
}

/* The greatest value in the items of a sequence. */
static gboolean
find_within (const IcElementReader *from, const IcDirectoryKey *key, IcElement *best)
{
  IcElement sequence;
  IcItem item;
  IcElementReader items;
  gboolean found = FALSE;

  if (!find_element (from, key->within, &sequence))
    return FALSE;
  items = (IcElementReader){ sequence.value, sequence.size, 0 };
  while (ic_item_read (&items, &item))
    {
      IcElement element;

      if (find_element (&item.content, key->tag, &element) &&
          (!found || memcmp (element.value, best->value, MIN (element.size, best->size)) > 0))
        {
          *best = element;
          found = TRUE;
        }
    }
  return found;
}

static GBytes *
extract_keys (const IcElementReader *from, IcRecordType type)
{
  GByteArray *out = g_byte_array_new ();
  gsize n_keys = 0;
  const IcDirectoryKey *keys = ic_directory_keys (type, &n_keys);

  for (gsize i = 0; i < n_keys; i++)
    {
      IcElement element;

      if (keys[i].within != 0 ? find_within (from, &keys[i], &element)
                              : find_element (from, keys[i].tag, &element))
        ic_element_append (out, element.tag, element.vr, element.value, element.size);
    }
  return bytes_from_array (out);
}

static void
fill_values (const IcElementReader *from, const char *syntax, char **values)
{
  static const guint32 tags[IC_HEADER_N_FIELDS] = {
    [IC_HEADER_SOP_CLASS_UID] = 0x00080016,      [IC_HEADER_SOP_INSTANCE_UID] = 0x00080018,
    [IC_HEADER_CHARACTER_SET] = 0x00080005,      [IC_HEADER_PATIENT_ID] = 0x00100020,
    [IC_HEADER_PATIENT_NAME] = 0x00100010,       [IC_HEADER_PATIENT_BIRTH_DATE] = 0x00100030,
    [IC_HEADER_PATIENT_SEX] = 0x00100040,        [IC_HEADER_STUDY_INSTANCE_UID] = 0x0020000d,
    [IC_HEADER_STUDY_DATE] = 0x00080020,         [IC_HEADER_STUDY_TIME] = 0x00080030,
    [IC_HEADER_ACCESSION_NUMBER] = 0x00080050,   [IC_HEADER_STUDY_ID] = 0x00200010,
    [IC_HEADER_STUDY_DESCRIPTION] = 0x00081030,  [IC_HEADER_SERIES_INSTANCE_UID] = 0x0020000e,
    [IC_HEADER_SERIES_NUMBER] = 0x00200011,      [IC_HEADER_MODALITY] = 0x00080060,
    [IC_HEADER_SERIES_DESCRIPTION] = 0x0008103e, [IC_HEADER_BODY_PART_EXAMINED] = 0x00180015,
    [IC_HEADER_INSTANCE_NUMBER] = 0x00200013,
  };

  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    values[field] = find_value (from, tags[field]);
  g_free (values[IC_HEADER_TRANSFER_SYNTAX_UID]);
  values[IC_HEADER_TRANSFER_SYNTAX_UID] = g_strdup (syntax);
}

static IcHeader *
read_header (const guint8 *data, gsize size)
{
  g_auto(GStrv) values = g_new0 (char *, IC_HEADER_N_FIELDS + 1);
  IcElementReader all = { data, size, META_AT };
  g_autofree char *syntax = NULL;
  GBytes *keys[IC_N_LEVELS] = { NULL };
  IcHeader *header = NULL;

  if (size <= META_AT || memcmp (data + META_AT - 4, "DICM", 4) != 0)
    return NULL;
  syntax = find_value (&all, 0x00020010);
  fill_values (&all, syntax, values);
  if (!ic_uid_is_valid (syntax) || !ic_uid_is_valid (values[IC_HEADER_STUDY_INSTANCE_UID]) ||
      !ic_uid_is_valid (values[IC_HEADER_SERIES_INSTANCE_UID]) ||
      !ic_uid_is_valid (values[IC_HEADER_SOP_INSTANCE_UID]))
    return NULL;
  keys[IC_LEVEL_PATIENT] = extract_keys (&all, IC_RECORD_PATIENT);
  keys[IC_LEVEL_STUDY] = extract_keys (&all, IC_RECORD_STUDY);
  keys[IC_LEVEL_SERIES] = extract_keys (&all, IC_RECORD_SERIES);
  keys[IC_LEVEL_IMAGE] =
      extract_keys (&all, ic_directory_record_type_for_class (values[IC_HEADER_SOP_CLASS_UID]));
  header = ic_header_new ((const char *const *) values, keys);
  for (int level = 0; level < IC_N_LEVELS; level++)
    g_bytes_unref (keys[level]);
  return header;
}

static IcStudy *
ensure_study (GPtrArray *studies, IcHeader *header)
{
  const char *uid = ic_header_get (header, IC_HEADER_STUDY_INSTANCE_UID);

  for (guint i = 0; i < studies->len; i++)
    if (g_str_equal (((IcStudy *) studies->pdata[i])->study_uid, uid))
      return studies->pdata[i];
  g_ptr_array_add (studies, ic_study_new_from_header (header));
  return studies->pdata[studies->len - 1];
}

static IcSeries *
ensure_series (IcStudy *study, IcHeader *header)
{
  const char *uid = ic_header_get (header, IC_HEADER_SERIES_INSTANCE_UID);

  for (guint i = 0; i < study->series->len; i++)
    if (g_str_equal (((IcSeries *) study->series->pdata[i])->series_uid, uid))
      return study->series->pdata[i];
  g_ptr_array_add (study->series, ic_series_new_from_header (study, header));
  return study->series->pdata[study->series->len - 1];
}

/* One store holds an instance once; pydicom has the same picture in many syntaxes. */
static gboolean
has_instance (GPtrArray *studies, const char *uid)
{
  for (guint i = 0; i < studies->len; i++)
    {
      IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        {
          GPtrArray *instances = ((IcSeries *) study->series->pdata[k])->instances;

          for (guint n = 0; n < instances->len; n++)
            if (g_str_equal (((IcInstance *) instances->pdata[n])->sop_instance_uid, uid))
              return TRUE;
        }
    }
  return FALSE;
}

gboolean
fixture_add_file (GPtrArray *studies, const char *path)
{
  g_autofree char *data = NULL;
  g_autofree char *hex = NULL;
  g_autoptr(IcHeader) header = NULL;
  IcSeries *series = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &data, &size, NULL))
    return FALSE;
  header = read_header ((const guint8 *) data, size);
  if (header == NULL || has_instance (studies, ic_header_get (header, IC_HEADER_SOP_INSTANCE_UID)))
    return FALSE;
  hex = ic_digest_dup_hex (data, size);
  series = ensure_series (ensure_study (studies, header), header);
  ic_series_add_from_header (series, header, path, hex, size);
  return TRUE;
}

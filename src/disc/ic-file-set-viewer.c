/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-viewer.h"

#include "disc/ic-file-set-pictures.h"
#include "sidecar/ic-script-text.h"

#define FORMAT 1

static void
append_volume (GString *out, const IcFileSetInfo *info)
{
  ic_script_text_append_name (out, "volume");
  g_string_append_c (out, '{');
  ic_script_text_append_number (out, "number", info->volumes != NULL ? info->volume : 1);
  ic_script_text_append_number (out, "of", info->volumes != NULL ? info->volumes->len : 1);
  g_string_append_c (out, '}');
}

static const char *
get_state_name (IcTransferState state)
{
  if (state == IC_TRANSFER_SUCCEEDED)
    return "complete";
  return state == IC_TRANSFER_INCOMPLETE ? "incomplete" : "unproven";
}

/* What people must not miss, as figures, which the viewer puts into words of their language: null
 * where everything is there.
 */
static void
append_account (GString *out, const IcFileSetFacts *facts)
{
  const IcTransfer *judgement = facts->info->judgement;
  const IcTransferState state = ic_file_set_account_get_state (facts->account);
  const IcFileSetFaults faults = ic_file_set_account_get_faults (facts->account);

  ic_script_text_append_name (out, "account");
  if (judgement == NULL || (state == IC_TRANSFER_SUCCEEDED && judgement->offered == 0))
    {
      g_string_append (out, "null");
      return;
    }
  g_string_append_c (out, '{');
  ic_script_text_append_string (out, "state", get_state_name (state));
  ic_script_text_append_string (out, "basis", ic_basis_to_string (judgement->basis));
  ic_script_text_append_number (out, "expected", judgement->expected);
  ic_script_text_append_number (out, "offered", judgement->offered);
  ic_script_text_append_number (out, "missing", faults.missing);
  ic_script_text_append_number (out, "extra", faults.extra);
  ic_script_text_append_number (out, "damaged", faults.damaged);
  g_string_append_c (out, '}');
}

static void
append_origin (GString *out, const IcFileSetFacts *facts)
{
  const IcFileSetInfo *info = facts->info;
  g_autofree char *created = g_date_time_format (info->created, "%Y-%m-%dT%H:%M:%S%:z");

  ic_script_text_append_number (out, "format", FORMAT);
  ic_script_text_append_string (out, "fileSet", info->file_set_id);
  ic_script_text_append_string (out, "transfer", info->transfer_number);
  append_volume (out, info);
  ic_script_text_append_string (out, "created", created);
  ic_script_text_append_string (out, "institution", info->institution);
  ic_script_text_append_string (out, "contact", info->contact);
  ic_script_text_append_string (out, "recipient", info->recipient);
  append_account (out, facts);
  ic_script_text_append_string (out, "quality", ic_viewer_quality_get_name (info->viewer->quality));
}

static void
append_patient (GString *out, const IcPatient *patient)
{
  ic_script_text_append_name (out, "patient");
  g_string_append_c (out, '{');
  ic_script_text_append_string (out, "name", patient->name);
  ic_script_text_append_string (out, "id", patient->id);
  ic_script_text_append_string (out, "birthDate", patient->birth_date);
  ic_script_text_append_string (out, "sex", patient->sex);
  g_string_append_c (out, '}');
}

static char *
dup_picture (const IcFileSetFacts *facts, const IcSeries *series, guint study, guint number)
{
  const IcKeyImage *key_image =
      facts->info->key_images != NULL
          ? g_hash_table_lookup (facts->info->key_images, series->series_uid)
          : NULL;

  return key_image != NULL && key_image->jpeg != NULL
             ? ic_file_set_pictures_dup_path (study, number)
             : g_strdup ("");
}

/* The numbers count as those of the File IDs do. */
static void
append_series (GString *out, const IcFileSetFacts *facts, guint study_number, guint number)
{
  const IcStudy *study = facts->studies->pdata[study_number - 1];
  const IcSeries *series = study->series->pdata[number - 1];
  const IcViewerSeries *data =
      ic_viewer_data_find_series (facts->info->viewer, study->study_uid, series->series_uid);
  g_autofree char *folder = data != NULL ? ic_viewer_series_dup_folder (data) : g_strdup ("");
  g_autofree char *files = ic_file_set_dup_series_folder (study_number, number);
  g_autofree char *picture = dup_picture (facts, series, study_number, number);

  ic_script_text_append_comma (out);
  g_string_append_c (out, '{');
  ic_script_text_append_string (out, "uid", series->series_uid);
  ic_script_text_append_string (out, "number", series->number);
  ic_script_text_append_string (out, "modality", series->modality);
  ic_script_text_append_string (out, "description", series->description);
  ic_script_text_append_string (out, "bodyPart", series->body_part);
  ic_script_text_append_number (out, "images", series->instances->len);
  ic_script_text_append_number (out, "frames", data != NULL ? data->n_frames : 0);
  ic_script_text_append_string (out, "folder", folder);
  ic_script_text_append_string (out, "files", files);
  ic_script_text_append_string (out, "picture", picture);
  ic_script_text_append_number (out, "bytes", data != NULL ? data->size_bytes : 0);
  ic_script_text_append_number (out, "pixelBytes", data != NULL ? data->pixel_bytes : 0);
  g_string_append_c (out, '}');
}

static void
append_study (GString *out, const IcFileSetFacts *facts, guint number)
{
  const IcStudy *study = facts->studies->pdata[number - 1];

  ic_script_text_append_comma (out);
  g_string_append_c (out, '{');
  ic_script_text_append_string (out, "uid", study->study_uid);
  ic_script_text_append_string (out, "date", study->date);
  ic_script_text_append_string (out, "time", study->time);
  ic_script_text_append_string (out, "description", study->description);
  ic_script_text_append_string (out, "accession", study->accession);
  ic_script_text_append_name (out, "series");
  g_string_append_c (out, '[');
  for (guint i = 0; i < study->series->len; i++)
    append_series (out, facts, number, i + 1);
  g_string_append (out, "]}");
}

GBytes *
ic_file_set_viewer_new_index (const IcFileSetFacts *facts)
{
  g_autoptr(GString) out = g_string_new ("IC.index({");
  const IcStudy *first = facts->studies->pdata[0];

  append_origin (out, facts);
  append_patient (out, first->patient);
  ic_script_text_append_name (out, "studies");
  g_string_append_c (out, '[');
  for (guint i = 0; i < facts->studies->len; i++)
    append_study (out, facts, i + 1);
  g_string_append (out, "]});\n");
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

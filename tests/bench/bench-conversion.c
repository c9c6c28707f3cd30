/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-conversion DATA_DIR STUDY: all compressed images of a stored study are unpacked, looked at
 * before, hashed and read again, as an export for a standard profile does. Prints the seconds from
 * its start until then; what it made is thrown away after.
 */
#include "domain/ic-transfer-syntax.h"
#include "ops/ic-conversion.h"
#include "store/ic-study-repo.h"

#include <stdlib.h>

typedef struct
{
  const char *study_uid;
  GPtrArray *studies; /* of IcStudy */
} Load;

static gboolean
load (IcReadTx *tx, gpointer data, GError **error)
{
  Load *self = data;
  IcStudy *study = ic_study_repo_find (tx, self->study_uid, error);

  if (study != NULL)
    g_ptr_array_add (self->studies, study);
  return study != NULL;
}

static const char *
choose (const IcInstance *instance, gpointer user_data)
{
  return g_str_equal (instance->transfer_syntax_uid, IC_TS_EXPLICIT_VR_LE) ? NULL
                                                                           : IC_TS_EXPLICIT_VR_LE;
}

static void
tell_proof (IcProof *proof, const IcStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];

      for (guint k = 0; k < series->instances->len; k++)
        {
          const IcInstance *instance = series->instances->pdata[k];

          ic_proof_add_retrieved (proof, study->study_uid, series->series_uid,
                                  instance->sop_instance_uid, instance->sha256,
                                  instance->size_bytes);
        }
    }
}

static gboolean
convert (const char *data_dir, const char *study_uid, gint64 start, GError **error)
{
  g_autoptr(IcDesk) desk = ic_desk_open (data_dir, error);
  g_autoptr(GPtrArray) studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_autoptr(IcConversion) conversion = NULL;
  g_autoptr(IcProof) proof = ic_proof_new ();
  const IcConversionRules rules = { .choose = choose };
  Load order = { study_uid, studies };

  if (desk == NULL || !ic_store_read (ic_desk_get_store (desk), load, &order, error))
    return FALSE;
  tell_proof (proof, studies->pdata[0]);
  conversion = ic_conversion_new (desk);
  if (!ic_conversion_run (conversion, studies, &rules, proof, NULL, NULL, error))
    return FALSE;
  g_print ("%.3f\n", (g_get_monotonic_time () - start) / (double) G_USEC_PER_SEC);
  return TRUE;
}

int
main (int argc, char **argv)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr(GError) error = NULL;

  if (argc != 3)
    return EXIT_FAILURE;
  if (convert (argv[1], argv[2], start, &error))
    return EXIT_SUCCESS;
  g_printerr ("%s\n", error->message);
  return EXIT_FAILURE;
}

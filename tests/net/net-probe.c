/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one verb against a node and prints what came of it, for measurements:
 *   net-probe echo ADDRESS PORT AET
 *   net-probe find ADDRESS PORT AET study|series|image [KEY=VALUE...]
 *   net-probe get  ADDRESS PORT AET FOLDER STUDY_UID SOP_CLASS_UID...
 */
#include "dicom/shim/ic-shim-association.h"
#include "dicom/shim/ic-shim-find.h"
#include "dicom/shim/ic-shim-get.h"
#include "dicom/shim/ic-shim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  gint64 started_us;
  gint64 first_us;
  guint64 bytes;
} Probe;

static void
row_cb (const char *const values[IC_N_QUERY_KEYS], gpointer user_data)
{
  Probe *probe = user_data;

  if (probe->first_us == 0)
    probe->first_us = g_get_monotonic_time ();
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    probe->bytes += values[i] != NULL ? strlen (values[i]) : 0;
}

static void
instance_cb (const IcGetInstance *instance, gpointer user_data)
{
  Probe *probe = user_data;

  if (probe->first_us == 0)
    probe->first_us = g_get_monotonic_time ();
  probe->bytes += instance->size_bytes;
}

static void
print_result (const Probe *probe, guint n)
{
  gint64 now = g_get_monotonic_time ();

  g_print ("%u items, %" G_GUINT64_FORMAT " bytes, %.3f s, first after %.1f ms\n", n, probe->bytes,
           (now - probe->started_us) / 1e6, (probe->first_us - probe->started_us) / 1e3);
}

static IcQuery *
query_from_arguments (const char *level, char **pairs)
{
  IcLevel at = g_str_equal (level, "study")    ? IC_LEVEL_STUDY
               : g_str_equal (level, "series") ? IC_LEVEL_SERIES
                                               : IC_LEVEL_IMAGE;
  IcQuery *query = ic_query_new (at);

  for (; *pairs != NULL; pairs++)
    {
      g_auto(GStrv) parts = g_strsplit (*pairs, "=", 2);
      IcQueryKey key;

      if (!ic_query_key_from_name (parts[0], &key))
        g_error ("no key %s", parts[0]);
      ic_query_set (query, key, parts[1]);
    }
  return query;
}

static gboolean
run_find (IcAssociationParameters *parameters, char **args, GError **error)
{
  g_autoptr(IcQuery) query = query_from_arguments (args[0], args + 1);
  IcPresentationContext context = { ic_find_get_sop_class (query),
                                    ic_presentation_native_syntaxes (), FALSE };
  g_autoptr(IcAssociation) association = NULL;
  Probe probe = { 0 };
  IcFindOutcome outcome;

  parameters->contexts = &context;
  parameters->n_contexts = 1;
  association = ic_association_open (parameters, NULL, error);
  probe.started_us = g_get_monotonic_time ();
  if (association == NULL ||
      !ic_association_find (association, query, 0, row_cb, &probe, &outcome, error))
    return FALSE;
  print_result (&probe, outcome.rows);
  ic_association_release (g_steal_pointer (&association));
  return TRUE;
}

static gboolean
run_get (IcAssociationParameters *parameters, char **args, GError **error)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GPtrArray) plans = ic_presentation_plan_get ((const char *const *) args + 2);
  IcPresentationPlan *plan = g_ptr_array_index (plans, 0);
  IcPresentationContext context = { ic_get_get_sop_class (query),
                                    ic_presentation_native_syntaxes (), FALSE };
  g_autoptr(IcAssociation) association = NULL;
  g_auto(IcGetOutcome) outcome = { 0 };
  Probe probe = { 0 };
  IcGetSink sink = {
    open (args[0], O_RDONLY | O_DIRECTORY), "probe", 1, instance_cb, NULL, NULL, &probe
  };

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, args[1]);
  g_array_append_val (plan->contexts, context);
  parameters->contexts = (IcPresentationContext *) plan->contexts->data;
  parameters->n_contexts = plan->contexts->len;
  probe.started_us = g_get_monotonic_time ();
  association = ic_association_open (parameters, NULL, error);
  if (association == NULL || !ic_association_get (association, query, &sink, &outcome, error))
    return FALSE;
  print_result (&probe, outcome.received);
  ic_association_release (g_steal_pointer (&association));
  return TRUE;
}

static gboolean
run_echo (IcAssociationParameters *parameters, GError **error)
{
  IcPresentationContext context = { IC_VERIFICATION_UID, ic_presentation_native_syntaxes (),
                                    FALSE };
  g_autoptr(IcAssociation) association = NULL;

  parameters->contexts = &context;
  parameters->n_contexts = 1;
  association = ic_association_open (parameters, NULL, error);
  if (association == NULL || !ic_association_echo (association, error))
    return FALSE;
  ic_association_release (g_steal_pointer (&association));
  return TRUE;
}

int
main (int argc, char **argv)
{
  IcAssociationParameters parameters = IC_ASSOCIATION_PARAMETERS_INIT;
  g_autoptr(GError) error = NULL;
  gboolean done;

  if (argc < 5 || !ic_shim_init (&error) || !ic_association_init (&error))
    return 2;
  parameters.address = argv[2];
  parameters.port = (guint16) atoi (argv[3]);
  parameters.called_aet = argv[4];
  parameters.calling_aet = "PROBE";
  if (g_str_equal (argv[1], "find") && argc > 5)
    done = run_find (&parameters, argv + 5, &error);
  else if (g_str_equal (argv[1], "get") && argc > 6)
    done = run_get (&parameters, argv + 5, &error);
  else
    done = run_echo (&parameters, &error);
  if (!done)
    g_printerr ("%s\n", error->message);
  return done ? 0 : 1;
}

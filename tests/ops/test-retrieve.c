/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfers of one program that are under way at a time share the folder for what arrives and the
 * spool, and nothing else; and what the disk did not take never counts.
 */
#include "core/ic-error.h"
#include "domain/ic-transfer-syntax.h"
#include "net-fixture.h"
#include "ops/ic-conversion.h"
#include "ops/ic-export-job.h"
#include "ops/ic-retrieve-job.h"
#include "store/ic-node-repo.h"
#include "store/ic-study-repo.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define N_FILES 12
#define SLOW_MS "30" /* so that both are under way at the same time */
#define N_EXPORTS 4

static gint syncs_to_fail;

/* Instead of that of the C library: a disk that reports once that it lost something, as Linux does.
 */
int
syncfs (int fd)
{
  if (g_atomic_int_get (&syncs_to_fail) == 0)
    return (int) syscall (SYS_syncfs, fd);
  g_atomic_int_add (&syncs_to_fail, -1);
  errno = EIO;
  return -1;
}

static gboolean
add_node (IcWriteTx *tx, gpointer node, GError **error)
{
  return ic_node_repo_add (tx, node, error);
}

static IcNode *
make_node (IcDesk *desk, const char *name, NetServer *server)
{
  g_autoptr(GError) error = NULL;
  IcNode *node =
      ic_node_new (name, "RUDE", "127.0.0.1", server->port, NULL, FALSE, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  ic_store_write (ic_desk_get_store (desk), add_node, node, &error);
  g_assert_no_error (error);
  return node;
}

static IcJob *
start (IcDesk *desk, IcNode *node)
{
  const char *const uids[] = { NET_STUDY_UID, NULL };
  IcJob *job = ic_retrieve_job_new (desk, node, uids);

  ic_job_start (job);
  return job;
}

static void
wait_for (IcJob *job)
{
  while (!ic_job_is_finished (job))
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_succeeds (IcJob *job)
{
  const IcRetrieveResult *result = NULL;

  wait_for (job);
  g_assert_no_error (ic_job_get_error (job));
  result = ic_job_get_result (job);
  g_assert_cmpint (result->transfer->state, ==, IC_TRANSFER_SUCCEEDED);
  g_assert_cmpuint (result->transfer->retrieved, ==, N_FILES);
}

static void
remove_all (const char *folder)
{
  g_autoptr(GSubprocess) rm =
                 g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", folder, NULL);

  g_subprocess_wait (rm, NULL, NULL);
}

static void
test_two_retrievals_at_once_do_not_meet (void)
{
  char *files = net_make_files (N_FILES, "1.2.840.10008.1.2.1");
  g_autofree char *folder = g_dir_make_tmp ("retrieve-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(NetServer) first_server = net_start_rude (files, "--slow", SLOW_MS, NULL);
  g_autoptr(NetServer) second_server = net_start_rude (files, "--slow", SLOW_MS, NULL);
  g_autoptr(IcDesk) desk = ic_desk_open (folder, &error);
  g_autoptr(IcNode) first_node = make_node (desk, "FIRST", first_server);
  g_autoptr(IcNode) second_node = make_node (desk, "SECOND", second_server);
  g_autoptr(IcJob) first = start (desk, first_node);
  g_autoptr(IcJob) second = start (desk, second_node);

  assert_succeeds (first);
  assert_succeeds (second);
  g_clear_pointer (&desk, ic_desk_unref);
  net_remove_folder (files);
  remove_all (folder);
}

static void
test_what_the_disk_lost_does_not_count_when_it_answers_again (void)
{
  char *files = net_make_files (2, "1.2.840.10008.1.2.1");
  g_autofree char *folder = g_dir_make_tmp ("retrieve-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(NetServer) server = net_start_rude (files, NULL);
  g_autoptr(IcDesk) desk = ic_desk_open (folder, &error);
  g_autoptr(IcNode) node = make_node (desk, "ONLY", server);
  g_autoptr(IcJob) job = NULL;
  const IcRetrieveResult *result = NULL;

  g_atomic_int_set (&syncs_to_fail, 1);
  job = start (desk, node);
  wait_for (job);
  g_assert_error (ic_job_get_error (job), IC_ERROR, IC_ERROR_WRITE_FAILED);
  result = ic_job_get_result (job);
  g_assert_cmpint (result->transfer->state, ==, IC_TRANSFER_FAILED);
  g_assert_cmpuint (result->transfer->retrieved, ==, 0);
  g_clear_pointer (&desk, ic_desk_unref);
  net_remove_folder (files);
  remove_all (folder);
}

/* A desk with the study of net_make_files(), in @folder. */
static IcDesk *
open_desk_with_study (const char *folder)
{
  char *files = net_make_files (N_FILES, IC_TS_EXPLICIT_VR_LE);
  g_autoptr(GError) error = NULL;
  g_autoptr(NetServer) server = net_start_rude (files, NULL);
  IcDesk *desk = ic_desk_open (folder, &error);
  g_autoptr(IcNode) node = make_node (desk, "ONLY", server);
  g_autoptr(IcJob) job = start (desk, node);

  assert_succeeds (job);
  net_remove_folder (files);
  return desk;
}

static IcJob *
start_export (IcDesk *desk, const char *folder, guint number)
{
  const char *const uids[] = { NET_STUDY_UID, NULL };
  g_autoptr(IcPatient) patient = ic_patient_new ("PHANTOM7", NULL, NULL, "19700101", NULL);
  g_autofree char *output = g_strdup_printf ("%s/%u.iso", folder, number);
  const IcExportOrder order = { .study_uids = uids,
                                .route = IC_ROUTE_ISO,
                                .output = output,
                                .patient = patient,
                                .recipient = "Hill Clinic",
                                .reason = "Second opinion" };
  IcJob *job = ic_export_job_new (desk, &order);

  ic_job_start (job);
  return job;
}

/* Each medium says something else of itself: its number. */
static void
test_exports_at_once_get_their_own_files (void)
{
  g_autofree char *data = g_dir_make_tmp ("export-XXXXXX", NULL);
  g_autofree char *folder = g_dir_make_tmp ("export-XXXXXX", NULL);
  g_autoptr(IcDesk) desk = open_desk_with_study (data);
  IcJob *jobs[N_EXPORTS] = { NULL };

  for (guint i = 0; i < N_EXPORTS; i++)
    jobs[i] = start_export (desk, folder, i);
  for (guint i = 0; i < N_EXPORTS; i++)
    {
      const IcExportResult *result = NULL;

      wait_for (jobs[i]);
      result = ic_job_get_result (jobs[i]);
      g_test_message ("%s", result->transfer->remark);
      g_assert_no_error (ic_job_get_error (jobs[i]));
      g_assert_cmpint (result->transfer->state, ==, IC_TRANSFER_SUCCEEDED);
      g_assert_cmpuint (result->transfer->verified, ==, N_FILES);
      g_object_unref (jobs[i]);
    }
  g_clear_pointer (&desk, ic_desk_unref);
  remove_all (folder);
  remove_all (data);
}

static gboolean
find_study (IcReadTx *tx, gpointer study, GError **error)
{
  *(IcStudy **) study = ic_study_repo_find (tx, NET_STUDY_UID, error);
  return *(IcStudy **) study != NULL;
}

static const char *
choose_implicit (const IcInstance *instance, gpointer user_data)
{
  return IC_TS_IMPLICIT_VR_LE;
}

/* Returns the study as it was converted. */
static GPtrArray *
convert (IcDesk *desk, IcConversion *conversion)
{
  GPtrArray *studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  const IcConversionRules rules = { .choose = choose_implicit };
  g_autoptr(IcProgress) progress = ic_progress_new (NULL, NULL);
  g_autoptr(IcProof) proof = ic_proof_new ();
  g_autoptr(GError) error = NULL;
  IcStudy *study = NULL;

  ic_store_read (ic_desk_get_store (desk), find_study, &study, &error);
  g_assert_no_error (error);
  g_ptr_array_add (studies, study);
  for (guint i = 0; i < N_FILES; i++)
    {
      const IcSeries *series = study->series->pdata[0];
      const IcInstance *instance = series->instances->pdata[i];

      ic_proof_add_retrieved (proof, study->study_uid, series->series_uid,
                              instance->sop_instance_uid, instance->sha256, instance->size_bytes);
    }
  ic_conversion_run (conversion, studies, &rules, proof, progress, NULL, &error);
  g_assert_no_error (error);
  return studies;
}

static const char *
get_path (GPtrArray *studies, guint number)
{
  const IcSeries *series = ((IcStudy *) studies->pdata[0])->series->pdata[0];

  return ((IcInstance *) series->instances->pdata[number])->path;
}

static void
test_what_one_transfer_converted_is_nothing_to_another (void)
{
  g_autofree char *data = g_dir_make_tmp ("export-XXXXXX", NULL);
  g_autoptr(IcDesk) desk = open_desk_with_study (data);
  g_autoptr(IcConversion) first = ic_conversion_new (desk);
  g_autoptr(IcConversion) second = ic_conversion_new (desk);
  g_autoptr(GPtrArray) of_first = convert (desk, first);
  g_autoptr(GPtrArray) of_second = convert (desk, second);

  for (guint i = 0; i < N_FILES; i++)
    g_assert_cmpstr (get_path (of_first, i), !=, get_path (of_second, i));
  g_clear_pointer (&second, ic_conversion_free);
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = g_build_filename (data, get_path (of_first, i), NULL);

      g_assert_cmpint (g_access (path, R_OK), ==, 0);
    }
  g_clear_pointer (&first, ic_conversion_free);
  g_clear_pointer (&desk, ic_desk_unref);
  remove_all (data);
}

int
main (int argc, char **argv)
{
  net_init (&argc, &argv);
  g_test_add_func ("/retrieve/two-at-once", test_two_retrievals_at_once_do_not_meet);
  g_test_add_func ("/retrieve/disk-lost",
                   test_what_the_disk_lost_does_not_count_when_it_answers_again);
  g_test_add_func ("/export/several-at-once", test_exports_at_once_get_their_own_files);
  g_test_add_func ("/conversion/two-at-once",
                   test_what_one_transfer_converted_is_nothing_to_another);
  return g_test_run ();
}

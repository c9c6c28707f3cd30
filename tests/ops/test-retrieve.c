/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two retrievals of one program share the folder for what arrives, and nothing else; and what the
 * disk did not take never counts.
 */
#include "core/ic-error.h"
#include "net-fixture.h"
#include "ops/ic-retrieve-job.h"
#include "store/ic-node-repo.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define N_FILES 12
#define SLOW_MS "30" /* so that both are under way at the same time */

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
assert_succeeds (IcJob *job)
{
  const IcRetrieveResult *result = NULL;

  while (!ic_job_is_finished (job))
    g_main_context_iteration (NULL, TRUE);
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
  while (!ic_job_is_finished (job))
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (ic_job_get_error (job), IC_ERROR, IC_ERROR_WRITE_FAILED);
  result = ic_job_get_result (job);
  g_assert_cmpint (result->transfer->state, ==, IC_TRANSFER_FAILED);
  g_assert_cmpuint (result->transfer->retrieved, ==, 0);
  g_clear_pointer (&desk, ic_desk_unref);
  net_remove_folder (files);
  remove_all (folder);
}

int
main (int argc, char **argv)
{
  net_init (&argc, &argv);
  g_test_add_func ("/retrieve/two-at-once", test_two_retrievals_at_once_do_not_meet);
  g_test_add_func ("/retrieve/disk-lost",
                   test_what_the_disk_lost_does_not_count_when_it_answers_again);
  return g_test_run ();
}

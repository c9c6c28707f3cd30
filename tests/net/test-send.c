/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-digest.h"
#include "core/ic-checksum.h"
#include "core/ic-error.h"
#include "dicom/shim/ic-shim-commitment.h"
#include "dicom/shim/ic-shim-send.h"
#include "net-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_FILES 4
#define EXPLICIT_LE "1.2.840.10008.1.2.1"
#define LARGE_MORE (1024 * 1024) /* more than goes out in one piece */

/* A receiver, an association with it, and files that are to go there. */
typedef struct
{
  char *source;
  char *target;
  NetServer *server;
  IcAssociation *association;
  GPtrArray *strings;
  IcSendInstance instances[N_FILES];
  IcSendOutcome outcomes[N_FILES];
  IcSendTiming timing;
  GError *error;
} Scene;

static char *
take_string (Scene *self, char *string)
{
  g_ptr_array_add (self->strings, string);
  return string;
}

static char *
dup_path (const Scene *self, guint i)
{
  return g_strdup_printf ("%s/%04u", self->source, i + 1);
}

static char *
dup_checksum (gconstpointer bytes, gsize size)
{
  g_autoptr(IcChecksum) checksum = ic_checksum_new ();
  char *hex = g_malloc (IC_CHECKSUM_HEX_SIZE);

  ic_checksum_update (checksum, bytes, size);
  ic_checksum_finish_hex (checksum, hex);
  return hex;
}

/* As the store would describe the file that is there now, which came before there were checksums if
 * its number is even.
 */
static void
describe_file (Scene *self, guint i)
{
  IcSendInstance *instance = &self->instances[i];
  g_autofree char *path = dup_path (self, i);
  g_autofree char *contents = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  if (instance->fd > 0)
    close (instance->fd);
  *instance = (IcSendInstance){
    .fd = open (path, O_RDONLY | O_CLOEXEC),
    .sop_class_uid = NET_CT_UID,
    .sop_instance_uid = take_string (self, net_dup_uid (i + 1)),
    .transfer_syntax_uid = EXPLICIT_LE,
    .sha256 = take_string (self, ic_digest_dup_hex (contents, size)),
    .checksum = i % 2 == 0 ? take_string (self, dup_checksum (contents, size)) : "",
    .size_bytes = size,
  };
}

static Scene *
set_scene (const char *option, const char *value)
{
  Scene *self = g_new0 (Scene, 1);

  self->strings = g_ptr_array_new_with_free_func (g_free);
  self->source = net_make_files (N_FILES, EXPLICIT_LE);
  self->target = g_dir_make_tmp ("net-XXXXXX", NULL);
  self->server = net_start_rude (self->source, "--receive", self->target, option, value, NULL);
  self->association = net_open (self->server->port, NET_CT_UID, NULL, &self->error);
  g_assert_no_error (self->error);
  for (guint i = 0; i < N_FILES; i++)
    describe_file (self, i);
  return self;
}

static void
scene_free (Scene *self)
{
  ic_association_abort (self->association);
  net_stop (self->server);
  for (guint i = 0; i < N_FILES; i++)
    {
      close (self->instances[i].fd);
      ic_send_outcome_clear (&self->outcomes[i]);
    }
  net_remove_folder (self->source);
  net_remove_folder (self->target);
  g_ptr_array_unref (self->strings);
  g_clear_error (&self->error);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static gboolean
send_all (Scene *self)
{
  for (guint i = 0; i < N_FILES; i++)
    ic_send_outcome_clear (&self->outcomes[i]);
  return ic_association_send (self->association, self->instances, N_FILES, self->outcomes,
                              &self->timing, NULL, NULL, &self->error);
}

static void
assert_results (const Scene *self, IcSendResult a, IcSendResult b, IcSendResult c, IcSendResult d)
{
  const IcSendResult expected[N_FILES] = { a, b, c, d };

  for (guint i = 0; i < N_FILES; i++)
    {
      g_test_message ("%u: %s", i, self->outcomes[i].message);
      g_assert_cmpint (self->outcomes[i].result, ==, expected[i]);
    }
}

static char *
dup_received (const Scene *self, guint i)
{
  g_autofree char *uid = net_dup_uid (i + 1);

  return g_strdup_printf ("%s/%s.dcm", self->target, uid);
}

static gboolean
has_arrived (const Scene *self, guint i)
{
  g_autofree char *path = dup_received (self, i);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
load_data_set (const char *path, char **contents, const char **data, gsize *size)
{
  guint32 meta_length;

  g_assert_true (g_file_get_contents (path, contents, size, NULL));
  memcpy (&meta_length, *contents + 140, 4);
  *data = *contents + 144 + GUINT32_FROM_LE (meta_length);
  *size -= 144 + GUINT32_FROM_LE (meta_length);
}

static void
assert_same_data_set (const Scene *self, guint i)
{
  g_autofree char *sent = dup_path (self, i);
  g_autofree char *received = dup_received (self, i);
  g_autofree char *sent_bytes = NULL;
  g_autofree char *received_bytes = NULL;
  const char *sent_data = NULL;
  const char *received_data = NULL;
  gsize sent_size = 0;
  gsize received_size = 0;

  load_data_set (sent, &sent_bytes, &sent_data, &sent_size);
  load_data_set (received, &received_bytes, &received_data, &received_size);
  g_assert_cmpmem (sent_data, sent_size, received_data, received_size);
}

static void
test_data_sets_arrive_byte_for_byte (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  g_assert_true (send_all (scene));
  assert_results (scene, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED);
  for (guint i = 0; i < N_FILES; i++)
    assert_same_data_set (scene, i);
  g_assert_cmpint (scene->timing.total_us, >=, scene->timing.waited_us);
}

static void
append_to_file (Scene *self, guint i, gsize n_bytes)
{
  g_autofree char *path = dup_path (self, i);
  g_autofree char *zeros = g_malloc0 (n_bytes);
  int fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);

  g_assert_cmpint (write (fd, zeros, n_bytes), ==, n_bytes);
  close (fd);
  describe_file (self, i);
}

static void
test_large_data_set_arrives_byte_for_byte (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  append_to_file (scene, 1, LARGE_MORE);
  g_assert_true (send_all (scene));
  assert_results (scene, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED);
  assert_same_data_set (scene, 1);
}

/* One fault in the second file: it stays here, the others go. */
static void
assert_second_unfit (Scene *scene, const char *words)
{
  g_assert_true (send_all (scene));
  assert_results (scene, IC_SEND_ACCEPTED, IC_SEND_UNFIT, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED);
  g_assert_nonnull (strstr (scene->outcomes[1].message, words));
  g_assert_false (has_arrived (scene, 1));
}

static void
test_file_with_another_digest_is_not_sent (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  scene->instances[1].sha256 = scene->instances[0].sha256;
  assert_second_unfit (scene, "digest");
}

static void
test_file_with_another_checksum_is_not_sent (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  scene->instances[1].checksum = scene->instances[0].checksum;
  assert_second_unfit (scene, "digest");
}

static void
test_file_of_another_length_is_not_sent (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  scene->instances[1].size_bytes += 2;
  assert_second_unfit (scene, "not as long");
}

static void
test_file_of_another_instance_is_not_sent (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  scene->instances[1].sop_instance_uid = "1.2.3.4";
  assert_second_unfit (scene, "another object");
}

static void
test_file_of_another_syntax_is_not_sent (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);
  g_autofree char *path = dup_path (scene, 1);
  g_autofree char *contents = NULL;
  char *syntax = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  syntax = memmem (contents, 512, EXPLICIT_LE, strlen (EXPLICIT_LE));
  g_assert_nonnull (syntax);
  syntax[strlen (EXPLICIT_LE) - 1] = '9';
  g_assert_true (g_file_set_contents (path, contents, (gssize) size, NULL));
  describe_file (scene, 1);
  assert_second_unfit (scene, "another object");
}

static void
test_file_without_header_is_not_sent (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);
  g_autofree char *path = dup_path (scene, 1);

  g_assert_true (g_file_set_contents (path, "no DICOM file at all", -1, NULL));
  describe_file (scene, 1);
  assert_second_unfit (scene, "no proper header");
}

static void
test_file_that_cannot_be_read_is_not_sent (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);
  int folder = open (scene->source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat st;

  g_assert_cmpint (fstat (folder, &st), ==, 0);
  close (scene->instances[1].fd);
  scene->instances[1].fd = folder;
  scene->instances[1].size_bytes = st.st_size;
  assert_second_unfit (scene, "cannot be read");
}

/* Its first piece has left when the damage shows; breaking off is all that is left to do. */
static void
test_large_damaged_file_never_arrives (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  append_to_file (scene, 1, LARGE_MORE);
  scene->instances[1].sha256 = scene->instances[0].sha256;
  g_assert_false (send_all (scene));
  g_assert_error (scene->error, IC_ERROR, IC_ERROR_STORE_DAMAGED);
  assert_results (scene, IC_SEND_ACCEPTED, IC_SEND_UNFIT, IC_SEND_NOT_SENT, IC_SEND_NOT_SENT);
  g_assert_false (has_arrived (scene, 1));
  g_assert_false (ic_association_is_usable (scene->association));
}

static void
test_large_file_with_another_checksum_never_arrives (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  append_to_file (scene, 1, LARGE_MORE);
  scene->instances[1].checksum = scene->instances[0].checksum;
  g_assert_false (send_all (scene));
  g_assert_error (scene->error, IC_ERROR, IC_ERROR_STORE_DAMAGED);
  g_assert_false (has_arrived (scene, 1));
}

static void
test_class_that_is_not_taken_does_not_stop_the_others (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);

  scene->instances[2].sop_class_uid = "1.2.840.10008.5.1.4.1.1.4";
  g_assert_true (send_all (scene));
  assert_results (scene, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_NO_CONTEXT, IC_SEND_ACCEPTED);
}

static void
test_peer_without_room_is_sent_no_more (void)
{
  g_autoptr(Scene) scene = set_scene ("--full-at", "3");

  g_assert_true (send_all (scene));
  assert_results (scene, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_REFUSED, IC_SEND_NOT_SENT);
  g_assert_cmphex (scene->outcomes[2].status, ==, 0xa700);
  g_assert_true (send_all (scene)); /* nor with the next batch */
  assert_results (scene, IC_SEND_NOT_SENT, IC_SEND_NOT_SENT, IC_SEND_NOT_SENT, IC_SEND_NOT_SENT);
}

static void
test_warning_is_accepted_and_told (void)
{
  g_autoptr(Scene) scene = set_scene ("--warn-store", "2");

  g_assert_true (send_all (scene));
  assert_results (scene, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED);
  g_assert_cmphex (scene->outcomes[1].status, ==, 0xb000);
  g_assert_nonnull (scene->outcomes[1].message);
}

static void
assert_broken_in_third (const char *option)
{
  g_autoptr(Scene) scene = set_scene (option, "3");

  g_assert_false (send_all (scene));
  g_assert_error (scene->error, IC_ERROR, IC_ERROR_NODE_ABORTED);
  assert_results (scene, IC_SEND_ACCEPTED, IC_SEND_ACCEPTED, IC_SEND_UNANSWERED, IC_SEND_NOT_SENT);
}

static void
test_break_in_a_data_set_is_told_apart (void)
{
  assert_broken_in_third ("--hang-up-in");
}

static void
test_break_before_an_answer_is_told_apart (void)
{
  assert_broken_in_third ("--hang-up-after");
}

static void
test_answer_to_another_request_breaks_the_association (void)
{
  g_autoptr(Scene) scene = set_scene ("--other-id", NULL);

  g_assert_false (send_all (scene));
  g_assert_error (scene->error, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_cmpint (scene->outcomes[0].result, ==, IC_SEND_UNANSWERED);
}

static void
test_accepted_contexts_are_listed (void)
{
  g_autoptr(Scene) scene = set_scene (NULL, NULL);
  g_auto(GStrv) accepted = ic_association_dup_accepted (scene->association);

  g_assert_cmpuint (g_strv_length (accepted), ==, 2);
  g_assert_cmpstr (accepted[0], ==, NET_CT_UID);
  g_assert_cmpstr (accepted[1], ==, EXPLICIT_LE);
}

/* Storage commitment */

static IcCommitmentReport *
commit_to (const char *how)
{
  static const char *const uids[] = { NET_CT_UID, "1.2.3.1", NET_CT_UID, "1.2.3.2" };
  char *folder = net_make_files (1, EXPLICIT_LE);
  g_autoptr(NetServer) server =
                 net_start_rude (folder, "--receive", folder, "--commit", how, NULL);
  g_autoptr(GError) error = NULL;
  IcAssociation *association = net_open (server->port, IC_COMMITMENT_UID, NULL, &error);
  IcCommitmentReport *report = NULL;
  gboolean ok = FALSE;

  g_assert_no_error (error);
  ok = ic_association_commit (association, "2.25.1", uids, 2,
                              g_str_equal (how, "later") ? 0 : 20000, &report, &error);
  g_assert_cmpint (ok, ==, !g_str_equal (how, "refuse"));
  ic_association_abort (association);
  net_remove_folder (folder);
  return report;
}

static guint16
reason_of (const IcCommitmentReport *report, const char *uid)
{
  for (guint i = 0; i < report->instances->len; i++)
    {
      const IcCommitted *committed = &g_array_index (report->instances, IcCommitted, i);

      if (g_str_equal (committed->sop_instance_uid, uid))
        return committed->reason;
    }
  return 0xffff;
}

static void
test_report_on_the_same_association_is_read (void)
{
  g_autoptr(IcCommitmentReport) report = commit_to ("all");

  g_assert_cmpstr (report->transaction_uid, ==, "2.25.1");
  g_assert_cmpuint (report->instances->len, ==, 2);
  g_assert_cmphex (reason_of (report, "1.2.3.1"), ==, 0);
  g_assert_cmphex (reason_of (report, "1.2.3.2"), ==, 0);
}

static void
test_instance_that_is_not_kept_has_its_reason (void)
{
  g_autoptr(IcCommitmentReport) report = commit_to ("but-first");

  g_assert_cmphex (reason_of (report, "1.2.3.1"), ==, 0x0112);
  g_assert_cmphex (reason_of (report, "1.2.3.2"), ==, 0);
}

static void
test_report_may_come_later (void)
{
  g_assert_null (commit_to ("later"));
}

static void
test_request_may_be_refused (void)
{
  g_assert_null (commit_to ("refuse"));
}

/* Transaction 2.25.1, one failed and one kept; undefined lengths as some write them. */
static const guint8 good_report[] = {
  0x08, 0x00, 0x95, 0x11, 6,    0,    0,    0,    '2',  '.',  '2',  '5',  '.',  '1',  0x08, 0x00,
  0x98, 0x11, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff, 0x08, 0x00,
  0x55, 0x11, 4,    0,    0,    0,    '1',  '.',  '2',  0,    0x08, 0x00, 0x97, 0x11, 2,    0,
  0,    0,    0x10, 0x01, 0xfe, 0xff, 0x0d, 0xe0, 0,    0,    0,    0,    0xfe, 0xff, 0xdd, 0xe0,
  0,    0,    0,    0,    0x08, 0x00, 0x99, 0x11, 20,   0,    0,    0,    0xfe, 0xff, 0x00, 0xe0,
  12,   0,    0,    0,    0x08, 0x00, 0x55, 0x11, 4,    0,    0,    0,    '1',  '.',  '3',  0,
};

static void
test_sequences_of_either_length_are_read (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IcCommitmentReport) report =
                 ic_commitment_report_parse (good_report, sizeof good_report, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (report->instances->len, ==, 2);
  g_assert_cmphex (reason_of (report, "1.2"), ==, 0x0110);
  g_assert_cmphex (reason_of (report, "1.3"), ==, 0);
}

/* Wherever it is cut, nothing is kept that the whole report does not call kept. */
static void
test_report_that_is_cut_off_promises_nothing_more (void)
{
  for (gsize size = 0; size < sizeof good_report; size++)
    {
      g_autofree guint8 *part = g_memdup2 (good_report, size);
      g_autoptr(IcCommitmentReport) report = ic_commitment_report_parse (part, size, FALSE, NULL);

      if (report != NULL)
        g_assert_cmphex (reason_of (report, "1.2"), !=, 0);
    }
}

static void
test_report_about_nothing_is_refused (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (ic_commitment_report_parse ("", 0, FALSE, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
}

#define TEST(name) g_test_add_func ("/send/" #name, test_##name)

static void
add_file_tests (void)
{
  TEST (data_sets_arrive_byte_for_byte);
  TEST (large_data_set_arrives_byte_for_byte);
  TEST (file_with_another_digest_is_not_sent);
  TEST (file_with_another_checksum_is_not_sent);
  TEST (large_file_with_another_checksum_never_arrives);
  TEST (file_of_another_length_is_not_sent);
  TEST (file_of_another_instance_is_not_sent);
  TEST (file_of_another_syntax_is_not_sent);
  TEST (file_without_header_is_not_sent);
  TEST (file_that_cannot_be_read_is_not_sent);
  TEST (large_damaged_file_never_arrives);
}

static void
add_commitment_tests (void)
{
  TEST (report_on_the_same_association_is_read);
  TEST (instance_that_is_not_kept_has_its_reason);
  TEST (report_may_come_later);
  TEST (request_may_be_refused);
  TEST (sequences_of_either_length_are_read);
  TEST (report_that_is_cut_off_promises_nothing_more);
  TEST (report_about_nothing_is_refused);
}

int
main (int argc, char **argv)
{
  net_init (&argc, &argv);
  add_file_tests ();
  TEST (class_that_is_not_taken_does_not_stop_the_others);
  TEST (peer_without_room_is_sent_no_more);
  TEST (warning_is_accepted_and_told);
  TEST (break_in_a_data_set_is_told_apart);
  TEST (break_before_an_answer_is_told_apart);
  TEST (answer_to_another_request_breaks_the_association);
  TEST (accepted_contexts_are_listed);
  add_commitment_tests ();
  return g_test_run ();
}

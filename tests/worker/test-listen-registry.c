/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-listen-registry.h"

#include <string.h>

#define AET "COURIER"

/* Clients are pointers to anything. */
static int client_a;
static int client_b;

static const IcPeer archive = { "192.0.2.1", AET, "ARCHIVE" };
static const IcPeer other = { "192.0.2.2", AET, "OTHER" };

static GVariant *
make_peers (void)
{
  return g_variant_new_parsed ("[('ARCHIVE', '192.0.2.1'), ('OTHER', '192.0.2.2')]");
}

static IcListenRegistry *
make_registry (void)
{
  const char *const titles[] = { AET, NULL };
  IcListenRegistry *registry = ic_listen_registry_new ();

  ic_listen_registry_set_known (registry, &client_a, titles, make_peers ());
  return registry;
}

static guint16
expect (IcListenRegistry *registry, gpointer client, const IcPeer *peer, const char *uid)
{
  const char *const addresses[] = { peer->address, NULL };
  const char *const uids[] = { uid, NULL };
  const IcListenOrder order = { AET, peer->calling_aet, addresses, uids, "m-", -1 };

  return ic_listen_registry_expect (registry, client, &order);
}

/* The message ID of the C-MOVE to which the instance is given, 0 for none. */
static guint16
route (IcListenRegistry *registry,
       const IcPeer *peer,
       const char *uid,
       const char *originator_aet,
       guint16 originator_id)
{
  const IcStoreRequest request = { "1.2", uid, originator_aet, originator_id };
  g_autoptr(IcListenTarget) target = ic_listen_registry_route (registry, peer, &request);

  return target != NULL ? ic_listen_target_get_message_id (target) : 0;
}

static void
test_message_ids_tell_moves_apart (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const guint16 first = expect (registry, &client_a, &archive, "1.1");
  const guint16 second = expect (registry, &client_b, &archive, "1.1");

  g_assert_cmpuint (first, !=, 0);
  g_assert_cmpuint (second, !=, first);
  g_assert_cmpuint (route (registry, &archive, "1.1", AET, first), ==, first);
  g_assert_cmpuint (route (registry, &archive, "1.1", AET, second), ==, second);
  /* An archive may send from another node than the one that was asked. */
  g_assert_cmpuint (route (registry, &other, "9.9", AET, first), ==, first);
}

static void
test_without_originator_the_expected_image_decides (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const guint16 first = expect (registry, &client_a, &archive, "1.1");
  const guint16 second = expect (registry, &client_b, &archive, "1.2");

  g_assert_cmpuint (route (registry, &archive, "1.2", "", 0), ==, second);
  g_assert_cmpuint (route (registry, &archive, "1.1", "", 0), ==, first);
  g_assert_cmpuint (route (registry, &archive, "1.1", "SOMEBODY", 7), ==, first);
  g_assert_cmpuint (route (registry, &other, "1.1", "", 0), ==, 0);
}

static void
test_images_may_be_expected_bit_by_bit (void)
{
  static const char *const more[] = { "1.3", "1.4", NULL };
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const guint16 first = expect (registry, &client_a, &archive, "1.1");
  const guint16 second = expect (registry, &client_b, &archive, "1.2");

  g_assert_cmpuint (route (registry, &archive, "1.3", "", 0), ==, 0);
  g_assert_true (ic_listen_registry_expect_also (registry, &client_b, second, more));
  g_assert_cmpuint (route (registry, &archive, "1.3", "", 0), ==, second);
  g_assert_cmpuint (route (registry, &archive, "1.4", "", 0), ==, second);
  g_assert_cmpuint (route (registry, &archive, "1.2", "", 0), ==, second);
  g_assert_false (ic_listen_registry_expect_also (registry, &client_b, first, more));
}

static void
test_image_that_two_expect_goes_to_each_once (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const guint16 first = expect (registry, &client_a, &archive, "1.1");
  const guint16 second = expect (registry, &client_b, &archive, "1.1");

  g_assert_cmpuint (route (registry, &archive, "1.1", "", 0), ==, first);
  g_assert_cmpuint (route (registry, &archive, "1.1", "", 0), ==, second);
}

static void
test_without_any_hint_one_move_of_the_peer_is_enough_and_two_are_too_many (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const guint16 first = expect (registry, &client_a, &archive, NULL);

  g_assert_cmpuint (route (registry, &archive, "5.5", "", 0), ==, first);
  g_assert_cmpuint (route (registry, &archive, "5.5", "SOMEBODY", 7), ==, 0);
  g_assert_cmpuint (route (registry, &other, "5.5", "", 0), ==, 0);
  expect (registry, &client_b, &archive, NULL);
  g_assert_cmpuint (route (registry, &archive, "5.5", "", 0), ==, 0);
}

static void
test_what_belongs_to_a_move_that_is_over_belongs_nowhere (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const guint16 old = expect (registry, &client_b, &archive, "1.1");
  guint16 new = 0;

  ic_listen_registry_drop_client (registry, &client_b);
  g_assert_cmpuint (route (registry, &archive, "1.1", AET, old), ==, 0);
  new = expect (registry, &client_a, &archive, "1.1");
  g_assert_cmpuint (new, !=, old);
  g_assert_cmpuint (route (registry, &archive, "1.1", AET, old), ==, 0);
  ic_listen_registry_forget (registry, &client_b, new);
  g_assert_cmpuint (route (registry, &archive, "1.1", AET, new), ==, new);
  ic_listen_registry_forget (registry, &client_a, new);
  g_assert_cmpuint (route (registry, &archive, "1.1", AET, new), ==, 0);
}

static void
assert_admission (IcListenRegistry *registry,
                  const char *address,
                  const char *called,
                  const char *calling,
                  IcAdmission expected)
{
  const IcPeer peer = { address, called, calling };

  g_assert_cmpint (ic_listen_registry_admit (registry, &peer), ==, expected);
}

static void
test_who_is_known_by_title_and_address_is_admitted (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const char *const more[] = { "SECOND", NULL };

  assert_admission (registry, "192.0.2.1", AET, "ARCHIVE", IC_ADMISSION_ACCEPT);
  assert_admission (registry, "192.0.2.1", "X", "ARCHIVE", IC_ADMISSION_CALLED_AET);
  assert_admission (registry, "192.0.2.1", AET, "X", IC_ADMISSION_CALLING_AET);
  assert_admission (registry, "192.0.2.2", AET, "ARCHIVE", IC_ADMISSION_ADDRESS);
  assert_admission (registry, "192.0.2.9", AET, "ARCHIVE", IC_ADMISSION_ADDRESS);
  assert_admission (registry, "192.0.2.1", "SECOND", "ARCHIVE", IC_ADMISSION_CALLED_AET);
  ic_listen_registry_set_known (registry, &client_b, more,
                                g_variant_new_parsed ("[('THIRD', '192.0.2.3')]"));
  assert_admission (registry, "192.0.2.1", "SECOND", "ARCHIVE", IC_ADMISSION_ACCEPT);
  assert_admission (registry, "192.0.2.3", AET, "THIRD", IC_ADMISSION_ACCEPT);
  ic_listen_registry_drop_client (registry, &client_b);
  assert_admission (registry, "192.0.2.3", AET, "THIRD", IC_ADMISSION_CALLING_AET);
}

static void
test_strangers_and_greedy_peers_are_bounded (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  guint n = 0;

  for (guint i = 0; i < IC_LISTEN_MAX_STRANGERS; i++)
    g_assert_cmpint (ic_listen_registry_arrive (registry, "192.0.2.9"), ==, IC_LISTEN_STRANGER);
  g_assert_cmpint (ic_listen_registry_arrive (registry, "192.0.2.8"), ==, IC_LISTEN_TOO_MANY);
  for (; n < IC_LISTEN_MAX_PER_ADDRESS; n++)
    g_assert_cmpint (ic_listen_registry_arrive (registry, "192.0.2.1"), ==, IC_LISTEN_PEER);
  assert_admission (registry, "192.0.2.1", AET, "ARCHIVE", IC_ADMISSION_ACCEPT);
  ic_listen_registry_arrive (registry, "192.0.2.1");
  assert_admission (registry, "192.0.2.1", AET, "ARCHIVE", IC_ADMISSION_FULL);
  assert_admission (registry, "192.0.2.2", AET, "OTHER", IC_ADMISSION_ACCEPT);
  for (n++; n < IC_LISTEN_MAX_CONNECTIONS; n++)
    g_assert_cmpint (ic_listen_registry_arrive (registry, "192.0.2.2"), ==, IC_LISTEN_PEER);
  g_assert_cmpint (ic_listen_registry_arrive (registry, "192.0.2.2"), ==, IC_LISTEN_TOO_MANY);
  for (guint i = 0; i < IC_LISTEN_MAX_STRANGERS; i++)
    ic_listen_registry_leave (registry, "192.0.2.9", IC_LISTEN_STRANGER);
  g_assert_cmpint (ic_listen_registry_arrive (registry, "192.0.2.8"), ==, IC_LISTEN_STRANGER);
}

static void
note (IcListenRegistry *registry, const char *reason, const char *calling, const char *detail)
{
  const IcPeer peer = { "192.0.2.9", AET, calling };

  ic_listen_registry_note_refusal (registry, reason, &peer, detail);
}

static guint
sum_up (IcListenRegistry *registry, gboolean all, guint *entries)
{
  g_autoptr(GPtrArray) refusals = ic_listen_registry_take_refusals (registry, all);
  guint sum = 0;

  *entries = refusals->len;
  for (guint i = 0; i < refusals->len; i++)
    sum += ((IcListenRefusal *) refusals->pdata[i])->count;
  return sum;
}

static void
test_refusals_are_told_at_once_and_then_seldom (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  guint n = 0;

  note (registry, "address", "X", NULL);
  g_assert_cmpuint (sum_up (registry, FALSE, &n), ==, 1);
  for (guint i = 0; i < 100; i++)
    note (registry, "address", "X", NULL);
  g_assert_cmpuint (sum_up (registry, FALSE, &n), ==, 0);
  g_assert_cmpuint (sum_up (registry, TRUE, &n), ==, 100);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_a_flood_of_refusals_becomes_one_entry_that_counts_all (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  guint n = 0;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *title = g_strdup_printf ("\x1b%u", i);

      note (registry, "calling-aet", title, NULL);
    }
  g_assert_cmpuint (sum_up (registry, TRUE, &n), ==, 1000);
  g_assert_cmpuint (n, <, 40);
}

static void
test_who_waits_learns_why_its_peer_could_not_connect (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const guint16 first = expect (registry, &client_a, &archive, "1.1");
  const guint16 second = expect (registry, &client_b, &other, "1.2");
  const IcPeer peer = { .address = archive.address };
  g_autofree char *before = ic_listen_registry_dup_trouble (registry, &client_a, first);
  g_autofree char *mine = NULL;
  g_autofree char *of_others = NULL;
  g_autoptr(GPtrArray) refusals = NULL;

  g_assert_cmpstr (before, ==, "");
  ic_listen_registry_note_refusal (registry, "foreign", &peer, NULL);
  ic_listen_registry_note_refusal (registry, "tls-missing", &peer, "it speaks no TLS");
  mine = ic_listen_registry_dup_trouble (registry, &client_a, first);
  g_assert_cmpstr (mine, ==, "it speaks no TLS");
  of_others = ic_listen_registry_dup_trouble (registry, &client_b, second);
  g_assert_cmpstr (of_others, ==, "");
  refusals = ic_listen_registry_take_refusals (registry, TRUE);
  g_assert_cmpuint (refusals->len, ==, 2);
}

static void
test_files_wait_until_they_are_told (void)
{
  g_autoptr(IcListenRegistry) registry = make_registry ();
  const guint16 id = expect (registry, &client_a, &archive, "1.1");
  g_autoptr(IcListenTarget) target = ic_listen_registry_find (registry, &client_a, id);
  const IcGetInstance instance = { "m-00000000", "1.2", "1.1", "1.2.840.10008.1.2", 7, "00", "11" };
  IcStorePlace place = { 0 };
  g_autoptr(GVariant) files = NULL;
  guint received = 0;
  guint under_way = 0;

  g_assert_null (ic_listen_registry_find (registry, &client_b, id));
  ic_listen_target_begin (target, &place);
  g_assert_cmpstr (place.name, ==, "m-00000000");
  ic_listen_target_begin (target, &place);
  g_assert_cmpstr (place.name, ==, "m-00000001");
  ic_listen_target_count (target, &received, &under_way);
  g_assert_cmpuint (under_way, ==, 2);
  g_assert_false (ic_listen_target_end (target, NULL));
  g_assert_null (ic_listen_target_take_files (target));
  g_assert_true (ic_listen_target_end (target, &instance));
  ic_listen_target_count (target, &received, &under_way);
  g_assert_cmpuint (received, ==, 1);
  g_assert_cmpuint (under_way, ==, 0);
  files = g_variant_ref_sink (ic_listen_target_take_files (target));
  g_assert_cmpuint (g_variant_n_children (files), ==, 1);
  g_assert_null (ic_listen_target_take_files (target));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listen/route/message", test_message_ids_tell_moves_apart);
  g_test_add_func ("/listen/route/uid", test_without_originator_the_expected_image_decides);
  g_test_add_func ("/listen/route/more", test_images_may_be_expected_bit_by_bit);
  g_test_add_func ("/listen/route/twice", test_image_that_two_expect_goes_to_each_once);
  g_test_add_func ("/listen/route/peer",
                   test_without_any_hint_one_move_of_the_peer_is_enough_and_two_are_too_many);
  g_test_add_func ("/listen/route/over", test_what_belongs_to_a_move_that_is_over_belongs_nowhere);
  g_test_add_func ("/listen/admit", test_who_is_known_by_title_and_address_is_admitted);
  g_test_add_func ("/listen/bounds", test_strangers_and_greedy_peers_are_bounded);
  g_test_add_func ("/listen/refusals/seldom", test_refusals_are_told_at_once_and_then_seldom);
  g_test_add_func ("/listen/refusals/flood",
                   test_a_flood_of_refusals_becomes_one_entry_that_counts_all);
  g_test_add_func ("/listen/target", test_files_wait_until_they_are_told);
  g_test_add_func ("/listen/trouble", test_who_waits_learns_why_its_peer_could_not_connect);
  return g_test_run ();
}

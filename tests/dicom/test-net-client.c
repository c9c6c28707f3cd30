/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "dicom/ic-net-client.h"

#define PREFIX "t-"

static gboolean
count_cb (const IcNetFile *file, gpointer user_data, GError **error)
{
  guint *told = user_data;

  ++*told;
  return TRUE;
}

/* What becomes of a C-GET whose worker tells @lie; @told counts the files that were handed on. */
static gboolean
get (const char *lie, guint *told, IcNetGetResult *result, GError **error)
{
  g_autoptr(IcNode) node =
                 ic_node_new ("LIAR", lie, "127.0.0.1", 104, NULL, FALSE, NULL, NULL, NULL, error);
  g_autoptr(IcNetClient) client = NULL;
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GArray) contexts = g_array_new (FALSE, FALSE, sizeof (IcPresentationContext));

  g_assert_no_error (*error);
  client = ic_net_client_new (node, "COURIER", -1, NULL, error);
  g_assert_no_error (*error);
  g_assert_true (ic_net_client_open (client, contexts, NULL, error));
  return ic_net_client_get (client, query, PREFIX, count_cb, told, result, NULL, NULL, error);
}

static void
test_file_of_the_form_agreed_on_is_handed_on (void)
{
  g_autoptr(GError) error = NULL;
  g_auto(IcNetGetResult) result = { 0 };
  guint told = 0;

  g_assert_true (get ("HONEST", &told, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (told, ==, 1);
}

static void
test_hostile_name_uid_or_digest_is_never_handed_on (void)
{
  const char *lies[] = { "CLIMB", "CLIMB_BEHIND", "ABSOLUTE", "OTHER",  "SHORT", "EMPTY",
                         "LONG",  "CLASS",        "INSTANCE", "SYNTAX", "DIGEST" };

  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      g_autoptr(GError) error = NULL;
      g_auto(IcNetGetResult) result = { 0 };
      guint told = 0;

      g_test_message ("%s", lies[i]);
      g_assert_false (get (lies[i], &told, &result, &error));
      g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
      g_assert_cmpuint (told, ==, 0);
    }
}

static void
test_file_named_twice_is_handed_on_once (void)
{
  g_autoptr(GError) error = NULL;
  g_auto(IcNetGetResult) result = { 0 };
  guint told = 0;

  g_assert_false (get ("TWICE", &told, &result, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_BAD_DATA);
  g_assert_cmpuint (told, ==, 1);
}

static void
test_failed_instances_are_uids (void)
{
  g_autoptr(GError) error = NULL;
  g_auto(IcNetGetResult) result = { 0 };
  guint told = 0;

  g_assert_true (get ("HONEST", &told, &result, &error));
  g_assert_cmpuint (g_strv_length (result.failed_uids), ==, 1);
  g_assert_cmpstr (result.failed_uids[0], ==, "1.2.826.0.1.3680043.10.9999.8");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net-client/honest", test_file_of_the_form_agreed_on_is_handed_on);
  g_test_add_func ("/net-client/hostile", test_hostile_name_uid_or_digest_is_never_handed_on);
  g_test_add_func ("/net-client/twice", test_file_named_twice_is_handed_on_once);
  g_test_add_func ("/net-client/failed", test_failed_instances_are_uids);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"
#include "domain/ic-presentation.h"
#include "domain/ic-query.h"
#include "domain/ic-sop-class.h"
#include "domain/ic-uid.h"

static void
test_keys_are_in_the_order_of_their_tags (void)
{
  for (guint i = 1; i < IC_N_QUERY_KEYS; i++)
    g_assert_cmphex (ic_query_key_get_info (i - 1)->tag, <, ic_query_key_get_info (i)->tag);
}

static void
test_names_lead_back_to_their_keys (void)
{
  for (guint i = 0; i < IC_N_QUERY_KEYS; i++)
    {
      IcQueryKey key = IC_N_QUERY_KEYS;

      g_assert_true (ic_query_key_from_name (ic_query_key_get_info (i)->name, &key));
      g_assert_cmpuint (key, ==, i);
    }
}

static void
test_levels_need_the_keys_above_them (void)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_IMAGE);
  g_autoptr(GError) error = NULL;

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, "1.2");
  g_assert_false (ic_query_check (query, FALSE, &error));
  g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
  g_clear_error (&error);
  ic_query_set (query, IC_QUERY_SERIES_INSTANCE_UID, "1.2.3");
  g_assert_true (ic_query_check (query, FALSE, &error));
  g_assert_false (ic_query_check (query, TRUE, &error));
  g_clear_error (&error);
  ic_query_set (query, IC_QUERY_SOP_INSTANCE_UID, "1.2.3.4\\1.2.3.5");
  g_assert_true (ic_query_check (query, TRUE, &error));
  ic_query_set_patient_root (query, TRUE);
  g_assert_false (ic_query_check (query, TRUE, &error));
}

static void
test_values_that_cannot_be_sent_are_refused (void)
{
  static const char *const bad[] = { "a\nb", "a\x1b$B", "\xff" };
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_STUDY);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      ic_query_set (query, IC_QUERY_PATIENT_NAME, bad[i]);
      g_assert_false (ic_query_check (query, FALSE, &error));
      g_assert_error (error, IC_ERROR, IC_ERROR_USAGE);
      g_clear_error (&error);
    }
  ic_query_set (query, IC_QUERY_PATIENT_NAME, "Müller*");
  g_assert_true (ic_query_check (query, FALSE, &error));
  g_assert_true (ic_query_needs_character_set (query));
  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, "1.2*");
  g_assert_false (ic_query_check (query, FALSE, NULL));
}

static void
test_sop_classes_are_unique_and_valid (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gsize n_classes = 0;
  const IcSopClass *classes = ic_sop_class_list (&n_classes);

  g_assert_cmpuint (n_classes, >=, 186);
  for (gsize i = 0; i < n_classes; i++)
    {
      g_assert_true (ic_uid_is_valid (classes[i].uid));
      g_assert_true (g_hash_table_add (seen, (gpointer) classes[i].uid));
    }
  g_assert_cmpstr (ic_sop_class_find ("1.2.840.10008.5.1.4.1.1.4")->keyword, ==, "MRImageStorage");
  g_assert_null (ic_sop_class_find ("1.2.3"));
}

static guint
count_classes (GPtrArray *plans)
{
  guint count = 0;

  for (guint i = 0; i < plans->len; i++)
    {
      IcPresentationPlan *plan = g_ptr_array_index (plans, i);

      g_assert_cmpuint (plan->contexts->len, <, IC_PRESENTATION_MAX);
      count += plan->classes->len;
    }
  return count;
}

static void
test_unknown_classes_mean_all_in_many_associations (void)
{
  g_autoptr(GPtrArray) plans = ic_presentation_plan_get (NULL);
  gsize n_classes = 0;

  ic_sop_class_list (&n_classes);
  g_assert_cmpuint (plans->len, >, 1);
  g_assert_cmpuint (count_classes (plans), ==, n_classes);
}

static void
test_named_classes_share_one_association_while_they_fit (void)
{
  static const char *const classes[] = {
    "1.2.840.10008.5.1.4.1.1.2",     "1.2.3", "nonsense", "1.2.840.10008.5.1.4.1.1.2",
    "1.2.840.10008.5.1.4.1.1.88.11", NULL
  };
  g_autoptr(GPtrArray) plans = ic_presentation_plan_get (classes);
  IcPresentationPlan *plan = g_ptr_array_index (plans, 0);
  IcPresentationContext *first = &g_array_index (plan->contexts, IcPresentationContext, 0);
  IcPresentationContext *second = &g_array_index (plan->contexts, IcPresentationContext, 1);

  g_assert_cmpuint (plans->len, ==, 1);
  g_assert_cmpuint (count_classes (plans), ==, 3);
  g_assert_cmpuint (g_strv_length ((char **) first->transfer_syntaxes), ==, 2);
  g_assert_cmpstr (second->abstract_syntax, ==, first->abstract_syntax);
  g_assert_cmpuint (g_strv_length ((char **) second->transfer_syntaxes), ==, 1);
  g_assert_true (first->scp_role);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/query/order", test_keys_are_in_the_order_of_their_tags);
  g_test_add_func ("/query/names", test_names_lead_back_to_their_keys);
  g_test_add_func ("/query/levels", test_levels_need_the_keys_above_them);
  g_test_add_func ("/query/values", test_values_that_cannot_be_sent_are_refused);
  g_test_add_func ("/sop-class/table", test_sop_classes_are_unique_and_valid);
  g_test_add_func ("/plan/all", test_unknown_classes_mean_all_in_many_associations);
  g_test_add_func ("/plan/named", test_named_classes_share_one_association_while_they_fit);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-send-plan.h"

#include <string.h>

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define MR "1.2.840.10008.5.1.4.1.1.4"
#define EXPLICIT "1.2.840.10008.1.2.1"
#define IMPLICIT "1.2.840.10008.1.2"
#define JPEG "1.2.840.10008.1.2.4.70"

/* A study in one series; instances are added by class and syntax. */
typedef struct
{
  GPtrArray *studies;
  IcSeries *series;
} Fixture;

static IcStudy *
make_study (void)
{
  IcStudy *study = ic_study_new ();
  IcSeries *series = ic_series_new (study->texts);

  study->study_uid = g_strdup ("1.2.3");
  study->patient = ic_patient_new (NULL, NULL, NULL, NULL, NULL);
  series->series_uid = g_strdup ("1.2.3.4");
  g_ptr_array_add (study->series, series);
  return study;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  IcStudy *study = make_study ();

  self->studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_ptr_array_add (self->studies, study);
  self->series = study->series->pdata[0];
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_ptr_array_unref (self->studies);
}

static void
add (Fixture *self, const char *class_uid, const char *syntax)
{
  IcInstance *instance = ic_series_add_instance (self->series);
  g_autofree char *uid = g_strdup_printf ("1.2.3.4.%u", self->series->instances->len);

  instance->sop_instance_uid = ic_texts_keep (self->series->texts, uid);
  instance->sop_class_uid = ic_texts_keep (self->series->texts, class_uid);
  instance->transfer_syntax_uid = ic_texts_keep (self->series->texts, syntax);
}

static guint
count_contexts (GArray *contexts, const char *class_uid, const char *syntax)
{
  guint n = 0;

  for (guint i = 0; i < contexts->len; i++)
    {
      const IcPresentationContext *context = &g_array_index (contexts, IcPresentationContext, i);

      n += g_str_equal (context->abstract_syntax, class_uid) &&
           g_str_equal (context->transfer_syntaxes[0], syntax) &&
           context->transfer_syntaxes[1] == NULL;
    }
  return n;
}

static void
test_each_class_is_offered_with_each_syntax_it_has_alone (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;
  g_autoptr(GArray) contexts = NULL;

  add (self, CT, EXPLICIT);
  add (self, CT, EXPLICIT);
  add (self, CT, JPEG);
  add (self, MR, EXPLICIT);
  plan = ic_send_plan_new (self->studies);
  contexts = ic_send_plan_dup_contexts (plan, 0);
  g_assert_cmpuint (ic_send_plan_count_groups (plan), ==, 1);
  g_assert_cmpuint (count_contexts (contexts, CT, EXPLICIT), ==, 1);
  g_assert_cmpuint (count_contexts (contexts, CT, JPEG), ==, 1);
  g_assert_cmpuint (count_contexts (contexts, MR, EXPLICIT), ==, 1);
  g_assert_cmpuint (count_contexts (contexts, MR, JPEG), ==, 0);
  g_assert_cmpuint (contexts->len, ==, 5); /* and the native syntaxes together, for each class */
}

static void
test_no_association_has_more_contexts_than_there_may_be (Fixture *self, gconstpointer data)
{
  const guint n_classes = 200;
  g_autoptr(IcSendPlan) plan = NULL;
  guint n = 0;

  for (guint i = 0; i < n_classes; i++)
    {
      g_autofree char *class_uid = g_strdup_printf ("1.2.99.%u", i);

      add (self, class_uid, EXPLICIT);
      add (self, class_uid, JPEG);
    }
  plan = ic_send_plan_new (self->studies);
  for (guint group = 0; group < ic_send_plan_count_groups (plan); group++)
    {
      g_autoptr(GArray) contexts = ic_send_plan_dup_contexts (plan, group);
      g_autoptr(GPtrArray) items = ic_send_plan_take (plan, group, G_MAXUINT);

      g_assert_cmpuint (contexts->len, <, IC_PRESENTATION_MAX); /* one is for verification */
      for (guint i = 0; i < items->len; i++)
        {
          const IcInstance *instance = ((IcSendItem *) items->pdata[i])->instance;

          g_assert_cmpuint (count_contexts (contexts, instance->sop_class_uid,
                                            instance->transfer_syntax_uid),
                            ==, 1);
        }
      n += items->len;
    }
  g_assert_cmpuint (n, ==, 2 * n_classes);
}

static void
settle (IcSendPlan *plan, IcSendItem *item, IcSendResult result, guint16 status)
{
  char message[] = "words";
  const IcSendOutcome outcome = { result, status, message };

  ic_send_plan_settle (plan, item, &outcome);
}

static void
test_accepted_is_never_handed_out_again (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) second = NULL;

  for (guint i = 0; i < 4; i++)
    add (self, CT, EXPLICIT);
  plan = ic_send_plan_new (self->studies);
  first = ic_send_plan_take (plan, 0, 4);
  settle (plan, first->pdata[0], IC_SEND_ACCEPTED, 0);
  settle (plan, first->pdata[1], IC_SEND_UNANSWERED, 0); /* here the association breaks */
  settle (plan, first->pdata[2], IC_SEND_NOT_SENT, 0);
  settle (plan, first->pdata[3], IC_SEND_NOT_SENT, 0);
  second = ic_send_plan_take (plan, 0, 4);
  g_assert_cmpuint (second->len, ==, 3);
  for (guint i = 0; i < second->len; i++)
    {
      g_assert_true (second->pdata[i] == first->pdata[i + 1]);
      settle (plan, second->pdata[i], IC_SEND_ACCEPTED, 0);
    }
  g_assert_cmpuint (ic_send_plan_count (plan, 0, IC_SEND_ITEM_ACCEPTED), ==, 4);
}

static void
test_what_is_in_flight_is_not_handed_out (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) second = NULL;
  g_autoptr(GPtrArray) third = NULL;

  for (guint i = 0; i < 3; i++)
    add (self, CT, EXPLICIT);
  plan = ic_send_plan_new (self->studies);
  first = ic_send_plan_take (plan, 0, 2);
  second = ic_send_plan_take (plan, 0, 2);
  third = ic_send_plan_take (plan, 0, 2);
  g_assert_cmpuint (first->len, ==, 2);
  g_assert_cmpuint (second->len, ==, 1);
  g_assert_cmpuint (third->len, ==, 0);
}

static void
test_instance_that_breaks_associations_is_given_up (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;

  add (self, CT, EXPLICIT);
  plan = ic_send_plan_new (self->studies);
  for (guint i = 0; i < IC_SEND_BREAKS_MAX; i++)
    {
      g_autoptr(GPtrArray) taken = ic_send_plan_take (plan, 0, 1);

      g_assert_cmpuint (taken->len, ==, 1);
      settle (plan, taken->pdata[0], IC_SEND_UNANSWERED, 0);
    }
  g_assert_cmpuint (ic_send_plan_count (plan, 0, IC_SEND_ITEM_FAILED), ==, 1);
}

static const IcSendItem *
settle_one (Fixture *self, IcSendPlan *plan, IcSendResult result, guint16 status)
{
  g_autoptr(GPtrArray) taken = ic_send_plan_take (plan, 0, 1);

  g_assert_cmpuint (taken->len, ==, 1);
  settle (plan, taken->pdata[0], result, status);
  return taken->pdata[0];
}

static void
test_every_refusal_has_its_reason (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;
  const IcSendItem *item = NULL;

  for (guint i = 0; i < 3; i++)
    add (self, CT, JPEG);
  plan = ic_send_plan_new (self->studies);
  item = settle_one (self, plan, IC_SEND_NO_CONTEXT, 0);
  g_assert_cmpint (item->state, ==, IC_SEND_ITEM_FAILED);
  g_assert_nonnull (strstr (item->remark, "JPEG"));
  item = settle_one (self, plan, IC_SEND_REFUSED, 0xc000);
  g_assert_cmpint (item->state, ==, IC_SEND_ITEM_FAILED);
  g_assert_nonnull (strstr (item->remark, "0xc000"));
  item = settle_one (self, plan, IC_SEND_UNFIT, 0);
  g_assert_cmpint (item->state, ==, IC_SEND_ITEM_FAILED);
  g_assert_cmpstr (item->remark, ==, "words");
}

/* It had come through before the association broke. */
static void
test_duplicate_after_a_break_counts_as_accepted (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;

  add (self, CT, EXPLICIT);
  add (self, CT, EXPLICIT);
  plan = ic_send_plan_new (self->studies);
  settle_one (self, plan, IC_SEND_UNANSWERED, 0);
  g_assert_cmpint (settle_one (self, plan, IC_SEND_REFUSED, 0x0111)->state, ==,
                   IC_SEND_ITEM_ACCEPTED);
  g_assert_cmpint (settle_one (self, plan, IC_SEND_REFUSED, 0x0111)->state, ==,
                   IC_SEND_ITEM_FAILED);
}

/* The node had an older one, which is not what was to be sent. */
static void
test_duplicate_of_what_may_never_have_left_is_refused (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;

  add (self, CT, EXPLICIT);
  plan = ic_send_plan_new (self->studies);
  settle_one (self, plan, IC_SEND_UNTOLD, 0);
  g_assert_cmpint (settle_one (self, plan, IC_SEND_REFUSED, 0x0111)->state, ==,
                   IC_SEND_ITEM_FAILED);
}

static void
convert (Fixture *self, guint index, const char *syntax)
{
  IcInstance *instance = self->series->instances->pdata[index];

  instance->transfer_syntax_uid = ic_texts_keep (self->series->texts, syntax);
}

static void
test_what_is_converted_goes_on_in_a_group_of_its_own (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;
  g_autoptr(GPtrArray) taken = NULL;
  g_autoptr(GArray) contexts = NULL;
  GPtrArray *items = NULL;

  add (self, CT, JPEG);
  add (self, CT, EXPLICIT);
  plan = ic_send_plan_new (self->studies);
  items = ic_send_plan_get_items (plan);
  ic_send_plan_decline (plan, items->pdata[0], IMPLICIT);
  settle_one (self, plan, IC_SEND_ACCEPTED, 0);
  g_assert_cmpuint (ic_send_plan_count (plan, 0, IC_SEND_ITEM_UNWANTED), ==, 1);
  g_assert_cmpuint (ic_send_plan_begin_round (plan), ==, 1);
  convert (self, 0, IMPLICIT);
  ic_send_plan_renew (plan, items->pdata[0]);
  contexts = ic_send_plan_dup_contexts (plan, 1);
  g_assert_cmpuint (contexts->len, ==, 2);
  g_assert_cmpuint (count_contexts (contexts, CT, IMPLICIT), ==, 1);
  taken = ic_send_plan_take (plan, 1, 9);
  g_assert_cmpuint (taken->len, ==, 1);
  g_assert_true (taken->pdata[0] == items->pdata[0]);
}

static void
test_what_is_taken_in_no_syntax_has_failed (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;
  const IcSendItem *item = NULL;

  add (self, CT, JPEG);
  plan = ic_send_plan_new (self->studies);
  item = ic_send_plan_get_items (plan)->pdata[0];
  ic_send_plan_decline (plan, ic_send_plan_get_items (plan)->pdata[0], NULL);
  g_assert_cmpint (item->state, ==, IC_SEND_ITEM_FAILED);
  g_assert_nonnull (strstr (item->remark, "JPEG"));
}

/* The node changed its mind: nothing is converted for ever. */
static void
test_nothing_is_converted_twice (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;
  IcSendItem *item = NULL;

  add (self, CT, JPEG);
  plan = ic_send_plan_new (self->studies);
  item = ic_send_plan_get_items (plan)->pdata[0];
  ic_send_plan_decline (plan, item, EXPLICIT);
  ic_send_plan_begin_round (plan);
  convert (self, 0, EXPLICIT);
  ic_send_plan_renew (plan, item);
  ic_send_plan_decline (plan, item, IMPLICIT);
  g_assert_cmpint (item->state, ==, IC_SEND_ITEM_FAILED);
}

static void
test_failed_conversion_has_both_reasons (Fixture *self, gconstpointer data)
{
  g_autoptr(IcSendPlan) plan = NULL;
  IcSendItem *item = NULL;

  add (self, CT, JPEG);
  plan = ic_send_plan_new (self->studies);
  item = ic_send_plan_get_items (plan)->pdata[0];
  ic_send_plan_decline (plan, item, EXPLICIT);
  ic_send_plan_fail_conversion (plan, item, "a frame ends too early");
  g_assert_cmpint (item->state, ==, IC_SEND_ITEM_FAILED);
  g_assert_nonnull (strstr (item->remark, "does not take class " CT " in JPEG"));
  g_assert_nonnull (strstr (item->remark, "a frame ends too early"));
}

#define TEST(name) g_test_add ("/send-plan/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (each_class_is_offered_with_each_syntax_it_has_alone);
  TEST (no_association_has_more_contexts_than_there_may_be);
  TEST (accepted_is_never_handed_out_again);
  TEST (what_is_in_flight_is_not_handed_out);
  TEST (instance_that_breaks_associations_is_given_up);
  TEST (every_refusal_has_its_reason);
  TEST (duplicate_after_a_break_counts_as_accepted);
  TEST (duplicate_of_what_may_never_have_left_is_refused);
  TEST (what_is_converted_goes_on_in_a_group_of_its_own);
  TEST (what_is_taken_in_no_syntax_has_failed);
  TEST (nothing_is_converted_twice);
  TEST (failed_conversion_has_both_reasons);
  return g_test_run ();
}

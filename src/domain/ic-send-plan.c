/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-send-plan.h"

#include "domain/ic-transfer-syntax.h"

#define CONTEXTS_MAX (IC_PRESENTATION_MAX - 1) /* one is for verification */
#define STATUS_DUPLICATE 0x0111                /* PS3.7 C.5.7 */

/* A list of one, as a context wants it; of its own, for instances change theirs. */
typedef struct
{
  char *uids[2];
} Syntax;

/* One SOP class in one group. Strings are those of the instances. */
typedef struct
{
  const char *class_uid;
  GPtrArray *syntaxes; /* of Syntax, each once */
  guint group;
} Class;

struct _IcSendPlan
{
  GPtrArray *items;      /* of IcSendItem */
  GPtrArray *classes;    /* of Class */
  GArray *group_sizes;   /* of guint: contexts */
  GArray *first_waiting; /* for each group: no waiting item comes before this one */
  guint first_group;     /* of the present round */
};

static void
item_free (gpointer data)
{
  IcSendItem *item = data;

  g_free (item->remark);
  g_free (item);
}

static void
syntax_free (gpointer data)
{
  g_free (((Syntax *) data)->uids[0]);
  g_free (data);
}

static void
class_free (gpointer data)
{
  Class *class = data;

  g_ptr_array_unref (class->syntaxes);
  g_free (class);
}

/* How many more contexts @class needs for @syntax; the first asks for the native one as well. */
static guint
count_needed (const Class *class, const char *syntax)
{
  for (guint i = 0; i < class->syntaxes->len; i++)
    if (g_str_equal (((Syntax *) class->syntaxes->pdata[i])->uids[0], syntax))
      return 0;
  return class->syntaxes->len == 0 ? 2 : 1;
}

static guint *
group_size (IcSendPlan *self, guint group)
{
  return &g_array_index (self->group_sizes, guint, group);
}

static guint
add_group (IcSendPlan *self)
{
  const guint empty = 0;

  g_array_append_val (self->group_sizes, empty);
  g_array_append_val (self->first_waiting, empty);
  return self->group_sizes->len - 1;
}

/* The last group of a class takes what is new in it, as long as it has room. */
static Class *
find_class (IcSendPlan *self, const char *class_uid, const char *syntax)
{
  Class *last = NULL;

  for (guint i = 0; i < self->classes->len; i++)
    {
      Class *class = self->classes->pdata[i];

      if (class->group < self->first_group || !g_str_equal (class->class_uid, class_uid))
        continue;
      if (count_needed (class, syntax) == 0)
        return class;
      last = class;
    }
  return last;
}

static Class *
add_class (IcSendPlan *self, const char *class_uid)
{
  Class *class = g_new0 (Class, 1);
  guint last = self->group_sizes->len - 1;

  class->class_uid = class_uid;
  class->syntaxes = g_ptr_array_new_with_free_func (syntax_free);
  class->group = *group_size (self, last) + 2 <= CONTEXTS_MAX ? last : add_group (self);
  g_ptr_array_add (self->classes, class);
  return class;
}

static guint
place (IcSendPlan *self, const IcInstance *instance)
{
  const char *syntax = instance->transfer_syntax_uid;
  Class *class = find_class (self, instance->sop_class_uid, syntax);
  guint needed = 0;
  Syntax *added = NULL;

  if (class == NULL ||
      *group_size (self, class->group) + count_needed (class, syntax) > CONTEXTS_MAX)
    class = add_class (self, instance->sop_class_uid);
  needed = count_needed (class, syntax);
  if (needed > 0)
    {
      added = g_new0 (Syntax, 1);
      added->uids[0] = g_strdup (syntax);
      g_ptr_array_add (class->syntaxes, added);
    }
  *group_size (self, class->group) += needed;
  return class->group;
}

static void
add_item (IcSendPlan *self,
          const IcStudy *study,
          const IcSeries *series,
          const IcInstance *instance)
{
  IcSendItem *item = g_new0 (IcSendItem, 1);

  item->instance = instance;
  item->study_uid = study->study_uid;
  item->series_uid = series->series_uid;
  item->group = place (self, instance);
  g_ptr_array_add (self->items, item);
}

static void
add_study (IcSendPlan *self, const IcStudy *study)
{
  for (guint i = 0; i < study->series->len; i++)
    {
      const IcSeries *series = study->series->pdata[i];

      for (guint k = 0; k < series->instances->len; k++)
        add_item (self, study, series, series->instances->pdata[k]);
    }
}

IcSendPlan *
ic_send_plan_new (GPtrArray *studies)
{
  IcSendPlan *self = g_new0 (IcSendPlan, 1);

  self->items = g_ptr_array_new_with_free_func (item_free);
  self->classes = g_ptr_array_new_with_free_func (class_free);
  self->group_sizes = g_array_new (FALSE, FALSE, sizeof (guint));
  self->first_waiting = g_array_new (FALSE, FALSE, sizeof (guint));
  add_group (self);
  for (guint i = 0; i < studies->len; i++)
    add_study (self, studies->pdata[i]);
  return self;
}

void
ic_send_plan_free (IcSendPlan *self)
{
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->classes);
  g_array_unref (self->group_sizes);
  g_array_unref (self->first_waiting);
  g_free (self);
}

GPtrArray *
ic_send_plan_get_items (IcSendPlan *self)
{
  return self->items;
}

guint
ic_send_plan_count_groups (IcSendPlan *self)
{
  return self->group_sizes->len;
}

static void
add_context (GArray *contexts, const char *class_uid, const char *const *syntaxes)
{
  const IcPresentationContext context = { class_uid, syntaxes, FALSE };

  g_array_append_val (contexts, context);
}

GArray *
ic_send_plan_dup_contexts (IcSendPlan *self, guint group)
{
  GArray *contexts = g_array_new (FALSE, TRUE, sizeof (IcPresentationContext));

  for (guint i = 0; i < self->classes->len; i++)
    {
      const Class *class = self->classes->pdata[i];

      for (guint k = 0; class->group == group && k < class->syntaxes->len; k++)
        add_context (contexts, class->class_uid,
                     (const char *const *) ((Syntax *) class->syntaxes->pdata[k])->uids);
      if (class->group == group)
        add_context (contexts, class->class_uid, ic_presentation_native_syntaxes ());
    }
  return contexts;
}

GPtrArray *
ic_send_plan_take (IcSendPlan *self, guint group, guint max)
{
  GPtrArray *taken = g_ptr_array_new ();
  guint *first = &g_array_index (self->first_waiting, guint, group);
  guint i = *first;

  for (; i < self->items->len && taken->len < max; i++)
    {
      IcSendItem *item = self->items->pdata[i];

      if (item->group != group || item->state != IC_SEND_ITEM_WAITING)
        continue;
      item->state = IC_SEND_ITEM_IN_FLIGHT;
      g_ptr_array_add (taken, item);
    }
  *first = i;
  return taken;
}

guint
ic_send_plan_count (IcSendPlan *self, guint group, IcSendItemState state)
{
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++)
    {
      const IcSendItem *item = self->items->pdata[i];

      n += item->group == group && item->state == state;
    }
  return n;
}

void
ic_send_plan_put_back (IcSendPlan *self, IcSendItem *item)
{
  g_return_if_fail (item->state == IC_SEND_ITEM_IN_FLIGHT);
  item->state = IC_SEND_ITEM_WAITING;
  g_array_index (self->first_waiting, guint, item->group) = 0;
}

void
ic_send_plan_fail (IcSendPlan *self, IcSendItem *item, const char *remark)
{
  g_return_if_fail (item->state != IC_SEND_ITEM_ACCEPTED);
  item->state = IC_SEND_ITEM_FAILED;
  g_free (item->remark);
  item->remark = g_strdup (remark);
}

static void
take_break (IcSendPlan *self, IcSendItem *item)
{
  item->n_breaks++;
  if (item->n_breaks < IC_SEND_BREAKS_MAX)
    ic_send_plan_put_back (self, item);
  else
    ic_send_plan_fail (self, item, "the node ends the connection whenever it is sent");
}

static void
accept (IcSendItem *item, const IcSendOutcome *outcome)
{
  item->state = IC_SEND_ITEM_ACCEPTED;
  g_free (item->remark);
  item->remark = g_strdup (outcome->message);
}

/* In the words of the log, for the class and syntax are what whoever runs the node must know. */
static char *
describe_context (const IcSendItem *item)
{
  const IcTransferSyntax *syntax = ic_transfer_syntax_find (item->instance->transfer_syntax_uid);

  return g_strdup_printf ("the node does not take class %s in %s, as the image is",
                          item->instance->sop_class_uid,
                          syntax->uid != NULL ? syntax->name : item->instance->transfer_syntax_uid);
}

static void
fail_for_context (IcSendPlan *self, IcSendItem *item)
{
  g_autofree char *remark = describe_context (item);

  ic_send_plan_fail (self, item, remark);
}

void
ic_send_plan_decline (IcSendPlan *self, IcSendItem *item, const char *syntax)
{
  g_return_if_fail (item->state == IC_SEND_ITEM_WAITING);
  if (syntax == NULL || item->wanted_syntax != NULL)
    {
      fail_for_context (self, item);
      return;
    }
  item->wanted_syntax = syntax;
  item->state = IC_SEND_ITEM_UNWANTED;
}

guint
ic_send_plan_begin_round (IcSendPlan *self)
{
  self->first_group = add_group (self);
  return self->first_group;
}

void
ic_send_plan_renew (IcSendPlan *self, IcSendItem *item)
{
  g_return_if_fail (item->state == IC_SEND_ITEM_UNWANTED);
  item->group = place (self, item->instance);
  item->state = IC_SEND_ITEM_WAITING;
}

void
ic_send_plan_fail_conversion (IcSendPlan *self, IcSendItem *item, const char *why)
{
  g_autofree char *context = describe_context (item);
  g_autofree char *remark = g_strdup_printf ("%s, and it cannot be converted: %s", context, why);

  g_return_if_fail (item->state == IC_SEND_ITEM_UNWANTED);
  ic_send_plan_fail (self, item, remark);
}

static void
fail_with_status (IcSendPlan *self, IcSendItem *item, const IcSendOutcome *outcome)
{
  g_autofree char *remark = g_strdup_printf ("the node refused it with status 0x%04x: %s",
                                             outcome->status, outcome->message);

  ic_send_plan_fail (self, item, remark);
}

void
ic_send_plan_settle (IcSendPlan *self, IcSendItem *item, const IcSendOutcome *outcome)
{
  item->status = outcome->status;
  switch (outcome->result)
    {
    case IC_SEND_ACCEPTED:
      accept (item, outcome);
      break;
    case IC_SEND_UNANSWERED:
      item->was_sent = TRUE;
      take_break (self, item);
      break;
    case IC_SEND_UNTOLD:
      take_break (self, item);
      break;
    case IC_SEND_NO_CONTEXT:
      fail_for_context (self, item);
      break;
    case IC_SEND_UNFIT:
      ic_send_plan_fail (self, item, outcome->message);
      break;
    case IC_SEND_REFUSED:
      /* It had arrived when the association broke before the answer came; of one that may never
       * have left, what the node has is what it had before.
       */
      if (outcome->status == STATUS_DUPLICATE && item->was_sent)
        accept (item, outcome);
      else
        fail_with_status (self, item, outcome);
      break;
    case IC_SEND_NOT_SENT:
    default:
      ic_send_plan_put_back (self, item);
      break;
    }
}

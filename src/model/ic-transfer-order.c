/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-transfer-order.h"

#include "core/ic-error.h"
#include "model/ic-node-item.h"
#include "model/ic-transfer-repeat.h"
#include "store/ic-request-repo.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define IC_ASK_LEFT_OUT "left-out" /* UIDs of series and studies, with spaces between them */

struct _IcTransferOrder
{
  GObject parent_instance;

  IcWorkspace *workspace;
  IcTransferDraft *draft;
  IcTransferFacts *facts;
  GListStore *content;
  guint n_readings; /* under way: only the last one counts */
  gboolean is_filling;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (IcTransferOrder, ic_transfer_order, G_TYPE_OBJECT)

static void
ic_transfer_order_dispose (GObject *object)
{
  IcTransferOrder *self = IC_TRANSFER_ORDER (object);

  g_clear_object (&self->workspace);
  g_clear_object (&self->draft);
  g_clear_object (&self->content);
  g_clear_pointer (&self->facts, ic_transfer_facts_free);
  G_OBJECT_CLASS (ic_transfer_order_parent_class)->dispose (object);
}

static void
ic_transfer_order_class_init (IcTransferOrderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ic_transfer_order_dispose;
  changed_signal = g_signal_new ("changed", IC_TYPE_TRANSFER_ORDER, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
ic_transfer_order_init (IcTransferOrder *self)
{
  self->content = g_list_store_new (IC_TYPE_CONTENT_ITEM);
}

static void
emit_changed (IcTransferOrder *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static gboolean
is_left_out (IcTransferOrder *self, const char *uid)
{
  g_auto(GStrv) uids = g_strsplit (ic_transfer_order_get_answer (self, IC_ASK_LEFT_OUT), " ", -1);

  return g_strv_contains ((const char *const *) uids, uid);
}

static const char *
get_uid (IcContentItem *item)
{
  const IcContentFields *fields = ic_content_item_get_fields (item);

  return fields->series_uid != NULL ? fields->series_uid : fields->study_uid;
}

static guint
count_items (IcTransferOrder *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->content));
}

/* Borrowed: the list keeps it. */
static IcContentItem *
get_item (IcTransferOrder *self, guint position)
{
  g_autoptr(IcContentItem) item = g_list_model_get_item (G_LIST_MODEL (self->content), position);

  return item;
}

static void
keep_marks (IcTransferOrder *self)
{
  g_autoptr(GString) uids = g_string_new (NULL);

  for (guint i = 0; i < count_items (self); i++)
    if (!ic_content_item_is_selected (get_item (self, i)))
      g_string_append_printf (uids, "%s%s", uids->len > 0 ? " " : "", get_uid (get_item (self, i)));
  ic_transfer_order_set_answer (self, IC_ASK_LEFT_OUT, uids->str);
  ic_transfer_order_set_answer (self, IC_ASK_ONLY_SERIES, ""); /* which the marks say from now on */
}

static gboolean
is_of (IcContentItem *item, IcContentItem *study)
{
  return g_str_equal (ic_content_item_get_fields (item)->study_uid,
                      ic_content_item_get_fields (study)->study_uid);
}

/* A study is marked with its series, and as long as one of them is. */
static void
marked_cb (IcTransferOrder *self, GParamSpec *pspec, IcContentItem *marked)
{
  gboolean is_any = FALSE;
  IcContentItem *study = NULL;

  if (self->is_filling)
    return;
  self->is_filling = TRUE;
  for (guint i = 0; i < count_items (self); i++)
    {
      IcContentItem *item = get_item (self, i);

      if (!is_of (item, marked))
        continue;
      if (ic_content_item_is_study (item))
        study = item;
      else if (ic_content_item_is_study (marked))
        ic_content_item_set_selected (item, ic_content_item_is_selected (marked));
      is_any |= !ic_content_item_is_study (item) && ic_content_item_is_selected (item);
    }
  if (study != NULL && study != marked)
    ic_content_item_set_selected (study, is_any);
  self->is_filling = FALSE;
  keep_marks (self);
  emit_changed (self);
}

static void
add_item (IcTransferOrder *self, GPtrArray *items, const IcContentFields *fields)
{
  const char *uid = fields->series_uid != NULL ? fields->series_uid : fields->study_uid;
  gboolean stayed = fields->series_uid != NULL &&
                    ic_transfer_repeat_leaves_out (self->draft, fields->study_uid, uid);
  IcContentItem *item = ic_content_item_new (fields, !stayed && !is_left_out (self, uid));

  g_signal_connect_object (item, "notify::selected", G_CALLBACK (marked_cb), self,
                           G_CONNECT_SWAPPED);
  g_ptr_array_add (items, item);
}

static char *
dup_amount (guint n_images, guint64 size_bytes)
{
  g_autofree char *count = ic_words_dup_count (n_images);
  g_autofree char *size = ic_words_dup_size (size_bytes);
  g_autofree char *images = g_strdup_printf (ngettext ("%s image", "%s images", n_images), count);

  return size_bytes > 0 ? g_strdup_printf ("%s · %s", images, size) : g_steal_pointer (&images);
}

static void
add_series (IcTransferOrder *self,
            GPtrArray *items,
            const IcDraftStudy *study,
            const IcFactSeries *series)
{
  const IcContentFields fields = {
    .study_uid = g_strdup (study->study_uid),
    .series_uid = g_strdup (series->series_uid),
    .source = g_strdup (study->source),
    .title = g_strjoin ("  ", series->modality, *series->number != '\0' ? series->number : "–",
                        series->description, NULL),
    .detail = dup_amount (MAX (series->n_here, series->n_expected), series->size_bytes),
    .n_here = series->n_here,
    .n_expected = series->n_expected,
    .size_bytes = series->size_bytes,
  };

  add_item (self, items, &fields);
}

static char *
dup_study_title (const IcDraftStudy *study)
{
  g_autofree char *date = ic_words_dup_date (study->date);
  g_autofree char *modalities = ic_words_dup_modalities (study->modalities);

  return g_strjoin ("  ", date, modalities,
                    *study->description != '\0' ? study->description : _ ("no description"), NULL);
}

/* "1,212 images · 640 MB · on ARCHIVE" */
static char *
dup_study_detail (const IcDraftStudy *study, guint n_images, guint64 size_bytes, gboolean is_here)
{
  g_autofree char *amount = dup_amount (n_images, size_bytes);

  if (is_here)
    return g_strdup_printf (_ ("%s · here"), amount);
  /* Translators: how many images · the node that has them. */
  return g_strdup_printf (_ ("%s · on %s"), amount, study->source);
}

static void
add_study (IcTransferOrder *self, GPtrArray *items, const IcDraftStudy *study)
{
  const IcFactStudy *fact = ic_transfer_facts_find (self->facts, study->study_uid);
  guint n_expected = MAX (fact->n_expected, study->n_instances);
  gboolean is_here = fact->n_here > 0 && fact->n_here >= n_expected;
  IcContentFields fields = {
    .study_uid = g_strdup (study->study_uid),
    .source = g_strdup (study->source),
    .title = dup_study_title (study),
    .n_here = fact->n_here,
    .n_expected = n_expected,
    .has_series = fact->series->len > 0,
  };

  for (guint i = 0; i < fact->series->len; i++)
    fields.size_bytes += ((IcFactSeries *) fact->series->pdata[i])->size_bytes;
  fields.size_bytes = MAX (fields.size_bytes, study->size_bytes);
  fields.detail = dup_study_detail (study, MAX (n_expected, fact->n_here), fields.size_bytes,
                                    is_here || *study->source == '\0');
  add_item (self, items, &fields);
  for (guint i = 0; i < fact->series->len; i++)
    add_series (self, items, study, fact->series->pdata[i]);
}

static void
fill_content (IcTransferOrder *self)
{
  GListModel *studies = ic_transfer_draft_get_studies (self->draft);
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (studies); i++)
    {
      g_autoptr(IcDraftItem) item = g_list_model_get_item (studies, i);
      const IcDraftStudy *study = ic_draft_item_get_study (item);

      if (ic_transfer_facts_find (self->facts, study->study_uid) != NULL)
        add_study (self, items, study);
    }
  g_list_store_splice (self->content, 0, count_items (self), items->pdata, items->len);
}

/* The list keeps its place on the screen unless it became another. */
static gboolean
is_same_content (IcTransferFacts *before, IcTransferFacts *after)
{
  if (before == NULL || before->studies->len != after->studies->len)
    return FALSE;
  for (guint i = 0; i < after->studies->len; i++)
    {
      const IcFactStudy *a = before->studies->pdata[i];
      const IcFactStudy *b = after->studies->pdata[i];

      if (!g_str_equal (a->study_uid, b->study_uid) || a->n_here != b->n_here ||
          a->n_expected != b->n_expected || a->series->len != b->series->len)
        return FALSE;
    }
  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcTransferOrder) self = user_data;
  g_autoptr(GError) error = NULL;
  IcTransferFacts *facts = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);
  gboolean is_same = FALSE;

  self->n_readings--;
  if (facts == NULL)
    {
      g_warning ("the studies of a transfer cannot be read: %s", error->message);
      return;
    }
  if (self->n_readings > 0 || self->content == NULL)
    {
      ic_transfer_facts_free (facts);
      return;
    }
  is_same = is_same_content (self->facts, facts);
  g_clear_pointer (&self->facts, ic_transfer_facts_free);
  self->facts = facts;
  ic_transfer_repeat_settle (self->draft, facts);
  if (!is_same)
    fill_content (self);
  emit_changed (self);
}

static char **
dup_draft_uids (IcTransferOrder *self)
{
  GListModel *studies = ic_transfer_draft_get_studies (self->draft);
  g_autoptr(GStrvBuilder) uids = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (studies); i++)
    {
      g_autoptr(IcDraftItem) item = g_list_model_get_item (studies, i);

      g_strv_builder_add (uids, ic_draft_item_get_study (item)->study_uid);
    }
  return g_strv_builder_end (uids);
}

void
ic_transfer_order_reload (IcTransferOrder *self)
{
  const char *recipient = ic_transfer_order_get_answer (self, IC_ASK_RECIPIENT);
  IcRoute route = ic_transfer_order_get_route (self);
  gboolean is_file = route != IC_ROUTE_DISC && route != IC_ROUTE_NODE;
  const char *output = is_file ? ic_transfer_order_get_output (self) : "";

  g_return_if_fail (IC_IS_TRANSFER_ORDER (self));
  self->n_readings++;
  ic_workspace_read_async (self->workspace, ic_transfer_facts_read,
                           ic_transfer_facts_new (dup_draft_uids (self), recipient, recipient,
                                                  output),
                           ic_transfer_facts_free, NULL, read_cb, g_object_ref (self));
}

IcTransferOrder *
ic_transfer_order_new (IcWorkspace *workspace)
{
  IcTransferOrder *self = g_object_new (IC_TYPE_TRANSFER_ORDER, NULL);

  self->workspace = g_object_ref (workspace);
  self->draft = g_object_ref (ic_workspace_get_draft (workspace));
  g_signal_connect_object (workspace, "store-changed", G_CALLBACK (ic_transfer_order_reload), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ic_transfer_draft_get_studies (self->draft), "items-changed",
                           G_CALLBACK (ic_transfer_order_reload), self, G_CONNECT_SWAPPED);
  ic_transfer_order_reload (self);
  return self;
}

IcWorkspace *
ic_transfer_order_get_workspace (IcTransferOrder *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), NULL);
  return self->workspace;
}

IcTransferDraft *
ic_transfer_order_get_draft (IcTransferOrder *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), NULL);
  return self->draft;
}

const char *
ic_transfer_order_get_answer (IcTransferOrder *self, const char *question)
{
  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), "");
  return ic_transfer_draft_get_answer (self->draft, question);
}

void
ic_transfer_order_set_answer (IcTransferOrder *self, const char *question, const char *answer)
{
  g_return_if_fail (IC_IS_TRANSFER_ORDER (self));
  if (g_str_equal (ic_transfer_order_get_answer (self, question), answer))
    return;
  ic_transfer_draft_set_answer (self->draft, question, answer);
  emit_changed (self);
}

GListModel *
ic_transfer_order_get_content (IcTransferOrder *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), NULL);
  return G_LIST_MODEL (self->content);
}

const IcTransferFacts *
ic_transfer_order_get_facts (IcTransferOrder *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), NULL);
  return self->facts;
}

static gboolean
is_key_only (IcTransferOrder *self)
{
  return !ic_transfer_repeat_is_only (self->draft) &&
         *ic_transfer_order_get_answer (self, IC_ASK_KEY_ONLY) != '\0' &&
         ic_transfer_draft_count_key_images (self->draft) > 0;
}

static guint
count_repeated (IcTransferOrder *self)
{
  g_auto(GStrv) images = ic_transfer_repeat_dup_images (self->draft);

  return g_strv_length (images);
}

guint
ic_transfer_order_count_images (IcTransferOrder *self)
{
  guint n = 0;

  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), 0);
  if (is_key_only (self))
    return ic_transfer_draft_count_key_images (self->draft);
  if (ic_transfer_repeat_is_only (self->draft))
    return count_repeated (self);
  for (guint i = 0; i < count_items (self); i++)
    if (ic_content_item_counts (get_item (self, i)))
      n += ic_content_item_count (get_item (self, i));
  return n;
}

guint64
ic_transfer_order_sum_size (IcTransferOrder *self, gboolean *is_exact)
{
  guint64 sum = 0;

  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), 0);
  *is_exact = !is_key_only (self) && !ic_transfer_repeat_is_only (self->draft);
  for (guint i = 0; i < count_items (self); i++)
    {
      IcContentItem *item = get_item (self, i);
      const IcContentFields *fields = ic_content_item_get_fields (item);

      if (!ic_content_item_counts (item))
        continue;
      sum += fields->size_bytes;
      *is_exact &= fields->size_bytes > 0 && fields->n_here >= fields->n_expected;
    }
  return sum;
}

gboolean
ic_transfer_order_can_select_series (IcTransferOrder *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), FALSE);
  for (guint i = 0; i < count_items (self); i++)
    if (ic_content_item_is_study (get_item (self, i)) &&
        ic_content_item_is_selected (get_item (self, i)) &&
        !ic_content_item_get_fields (get_item (self, i))->has_series)
      return FALSE;
  return TRUE;
}

/* Whether a series of a study that goes stays at home. */
gboolean
ic_transfer_order_is_selection (IcTransferOrder *self)
{
  gboolean study_goes = FALSE;

  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), FALSE);
  if (is_key_only (self) || ic_transfer_repeat_is_only (self->draft))
    return TRUE;
  for (guint i = 0; i < count_items (self); i++)
    {
      IcContentItem *item = get_item (self, i);

      if (ic_content_item_is_study (item))
        study_goes = ic_content_item_is_selected (item);
      else if (study_goes && !ic_content_item_is_selected (item))
        return TRUE;
    }
  return FALSE;
}

char **
ic_transfer_order_dup_study_uids (IcTransferOrder *self)
{
  g_autoptr(GStrvBuilder) uids = g_strv_builder_new ();

  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), NULL);
  for (guint i = 0; i < count_items (self); i++)
    if (ic_content_item_is_study (get_item (self, i)) &&
        ic_content_item_is_selected (get_item (self, i)))
      g_strv_builder_add (uids, get_uid (get_item (self, i)));
  return g_strv_builder_end (uids);
}

static IcSelection *
make_selection (IcTransferOrder *self)
{
  g_autoptr(GStrvBuilder) series = g_strv_builder_new ();
  g_auto(GStrv) series_uids = NULL;

  if (!ic_transfer_order_is_selection (self))
    return NULL;
  if (is_key_only (self) || ic_transfer_repeat_is_only (self->draft))
    {
      g_auto(GStrv) images = is_key_only (self) ? ic_transfer_draft_dup_key_images (self->draft)
                                                 : ic_transfer_repeat_dup_images (self->draft);

      return ic_selection_new (NULL, (const char *const *) images);
    }
  for (guint i = 0; i < count_items (self); i++)
    if (!ic_content_item_is_study (get_item (self, i)) &&
        ic_content_item_counts (get_item (self, i)))
      g_strv_builder_add (series, get_uid (get_item (self, i)));
  series_uids = g_strv_builder_end (series);
  return ic_selection_new ((const char *const *) series_uids, NULL);
}

static IcNode *
find_node (IcTransferOrder *self, const char *name)
{
  GListModel *nodes = ic_workspace_get_nodes (self->workspace);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(IcNodeItem) item = g_list_model_get_item (nodes, i);

      if (g_str_equal (ic_node_item_get_name (item), name))
        return ic_node_item_get_node (item);
    }
  return NULL;
}

IcNode *
ic_transfer_order_find_source (IcTransferOrder *self, gboolean *is_mixed)
{
  const char *source = NULL;

  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), NULL);
  *is_mixed = FALSE;
  for (guint i = 0; i < count_items (self); i++)
    {
      const IcContentFields *fields = ic_content_item_get_fields (get_item (self, i));

      if (fields->series_uid != NULL || !ic_content_item_is_selected (get_item (self, i)))
        continue;
      if (source != NULL && !g_str_equal (source, fields->source))
        *is_mixed = TRUE;
      source = fields->source;
    }
  if (*is_mixed || source == NULL || *source == '\0')
    return NULL;
  return find_node (self, source);
}

IcRoute
ic_transfer_order_get_route (IcTransferOrder *self)
{
  IcRoute route = IC_ROUTE_ISO;

  ic_route_from_string (ic_transfer_order_get_answer (self, IC_ASK_ROUTE), &route);
  return route;
}

/* An order that was kept before there was a choice gets all. */
IcViewerQuality
ic_transfer_order_get_viewer (IcTransferOrder *self)
{
  IcViewerQuality quality = IC_VIEWER_NONE;

  return ic_viewer_quality_parse (ic_transfer_order_get_answer (self, IC_ASK_VIEWER), &quality)
             ? quality
             : IC_VIEWER_LOSSLESS;
}

IcMediaProfiles
ic_transfer_order_get_profile (IcTransferOrder *self)
{
  IcMediaProfiles profile = IC_MEDIA_PROFILE_NONE;

  ic_media_profile_parse (ic_transfer_order_get_answer (self, IC_ASK_PROFILE), &profile);
  return profile;
}

const char *
ic_transfer_order_get_output (IcTransferOrder *self)
{
  switch (ic_transfer_order_get_route (self))
    {
    case IC_ROUTE_DISC:
      return ic_transfer_order_get_answer (self, IC_ASK_DRIVE);
    case IC_ROUTE_FOLDER:
      return ic_transfer_order_get_answer (self, IC_ASK_FOLDER);
    case IC_ROUTE_ZIP:
      return ic_transfer_order_get_answer (self, IC_ASK_ZIP);
    case IC_ROUTE_NODE:
      return ic_transfer_order_get_answer (self, IC_ASK_NODE);
    default:
      return ic_transfer_order_get_answer (self, IC_ASK_IMAGE);
    }
}

static const char *
get_obstacle_of_people (IcTransferOrder *self)
{
  if (*ic_transfer_order_get_answer (self, IC_ASK_RECIPIENT) == '\0')
    return _ ("Say who is to receive the images.");
  if (*ic_transfer_order_get_answer (self, IC_ASK_REASON) == '\0')
    return _ ("Say why: the log keeps the reason.");
  if (self->facts != NULL && self->facts->repeats != NULL && self->facts->repeats->len > 0 &&
      *ic_transfer_order_get_answer (self, IC_ASK_AGAIN) == '\0')
    return _ ("The same went to this recipient before: say why it goes again.");
  return NULL;
}

static const char *
get_obstacle_of_way (IcTransferOrder *self)
{
  if (*ic_transfer_order_get_output (self) != '\0')
    return NULL;
  switch (ic_transfer_order_get_route (self))
    {
    case IC_ROUTE_DISC:
      return _ ("Choose the drive.");
    case IC_ROUTE_NODE:
      return _ ("Choose the node.");
    case IC_ROUTE_FOLDER:
      return _ ("Choose an empty folder or stick.");
    default:
      return _ ("Choose the file that is to be written.");
    }
}

const char *
ic_transfer_order_get_obstacle (IcTransferOrder *self, IcTransferStep step)
{
  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), NULL);
  if (step == IC_STEP_WHAT && ic_transfer_order_count_images (self) == 0)
    return _ ("Choose what is to go.");
  if (step == IC_STEP_WHOM)
    return get_obstacle_of_people (self);
  if (step == IC_STEP_HOW)
    return get_obstacle_of_way (self);
  return NULL;
}

/* What a transaction writes before the transfer begins. */
static gboolean
keep_recipient (IcWriteTx *tx, gpointer data, GError **error)
{
  return ic_recipient_repo_put (tx, data, error);
}

static void
recipient_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  IcRecipient *recipient = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  if (recipient != NULL)
    ic_recipient_free (recipient);
  else
    g_warning ("a recipient cannot be kept: %s", error->message);
}

static void
put_into_address_book (IcTransferOrder *self)
{
  IcRecipient *recipient = ic_recipient_new (ic_transfer_order_get_answer (self, IC_ASK_RECIPIENT));

  ic_transfer_set_text (&recipient->organisation,
                        ic_transfer_order_get_answer (self, IC_ASK_ORGANISATION));
  ic_transfer_set_text (&recipient->contact, ic_transfer_order_get_answer (self, IC_ASK_CONTACT));
  ic_workspace_write_async (self->workspace, keep_recipient, recipient,
                            (GDestroyNotify) ic_recipient_free, NULL, recipient_kept_cb, NULL);
}

static char *
dup_reason (IcTransferOrder *self)
{
  const char *reason = ic_transfer_order_get_answer (self, IC_ASK_REASON);
  const char *again = ic_transfer_order_get_answer (self, IC_ASK_AGAIN);

  if (self->facts->repeats->len == 0 || *again == '\0')
    return g_strdup (reason);
  /* Translators: the reason for a transfer, and why it is made again. */
  return g_strdup_printf (_ ("%s (again: %s)"), reason, again);
}

static guint
get_number (IcTransferOrder *self, const char *question)
{
  return (guint) g_ascii_strtoull (ic_transfer_order_get_answer (self, question), NULL, 10);
}

static IcActivity *
make_export (IcTransferOrder *self,
             const char *const *study_uids,
             const char *reason,
             gboolean may_erase)
{
  gboolean is_mixed = FALSE;
  IcRoute route = ic_transfer_order_get_route (self);
  g_autoptr(IcSelection) selection = make_selection (self);
  IcExportOrder order = {
    .study_uids = study_uids,
    .selection = selection,
    .source = ic_transfer_order_find_source (self, &is_mixed),
    .route = route,
    .profile = ic_transfer_order_get_profile (self),
    .viewer = ic_transfer_order_get_viewer (self),
    .output = ic_transfer_order_get_output (self),
    .copies = route == IC_ROUTE_DISC ? MAX (get_number (self, IC_ASK_COPIES), 1) : 1,
    .patient = ic_transfer_draft_get_patient (self->draft),
    .recipient = ic_transfer_order_get_answer (self, IC_ASK_RECIPIENT),
    .reason = reason,
    .legal_basis = ic_transfer_order_get_answer (self, IC_ASK_LEGAL_BASIS),
  };

  ic_urgency_from_string (ic_transfer_order_get_answer (self, IC_ASK_URGENCY), &order.urgency);
  if (route == IC_ROUTE_DISC)
    order.disc = (IcDiscOptions){
      .speed = get_number (self, IC_ASK_SPEED),
      .may_erase = may_erase,
      .erases_one = may_erase,
    };
  else if (route != IC_ROUTE_ZIP)
    order.capacity_bytes =
        g_ascii_strtoull (ic_transfer_order_get_answer (self, IC_ASK_CAPACITY), NULL, 10);
  return ic_activity_new_export (ic_workspace_get_desk (self->workspace), &order);
}

static IcActivity *
make_send (IcTransferOrder *self, const char *const *study_uids, const char *reason, GError **error)
{
  gboolean is_mixed = FALSE;
  g_autoptr(IcSelection) selection = make_selection (self);
  IcSendOrder order = {
    .study_uids = study_uids,
    .selection = selection,
    .source = ic_transfer_order_find_source (self, &is_mixed),
    .destination = find_node (self, ic_transfer_order_get_output (self)),
    .patient = ic_transfer_draft_get_patient (self->draft),
    .recipient = ic_transfer_order_get_answer (self, IC_ASK_RECIPIENT),
    .reason = reason,
    .legal_basis = ic_transfer_order_get_answer (self, IC_ASK_LEGAL_BASIS),
    .patience_s = IC_SEND_PATIENCE_S,
  };

  ic_urgency_from_string (ic_transfer_order_get_answer (self, IC_ASK_URGENCY), &order.urgency);
  if (order.destination != NULL)
    return ic_activity_new_send (ic_workspace_get_desk (self->workspace), &order);
  g_set_error_literal (error, IC_ERROR, IC_ERROR_NOT_FOUND, "the node is not there any more");
  return NULL;
}

IcActivity *
ic_transfer_order_start (IcTransferOrder *self, gboolean may_erase, GError **error)
{
  g_auto(GStrv) study_uids = NULL;
  g_autofree char *reason = NULL;
  g_autoptr(IcActivity) activity = NULL;

  g_return_val_if_fail (IC_IS_TRANSFER_ORDER (self), NULL);
  for (guint step = IC_STEP_WHAT; step < IC_STEP_CHECK; step++)
    if (self->facts == NULL || ic_transfer_order_get_obstacle (self, step) != NULL)
      {
        g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, "something is not answered yet");
        return NULL;
      }
  study_uids = ic_transfer_order_dup_study_uids (self);
  reason = dup_reason (self);
  if (ic_transfer_order_get_route (self) == IC_ROUTE_NODE)
    activity = make_send (self, (const char *const *) study_uids, reason, error);
  else
    activity = make_export (self, (const char *const *) study_uids, reason, may_erase);
  if (activity == NULL)
    return NULL;
  put_into_address_book (self);
  ic_workspace_start (self->workspace, activity);
  return g_steal_pointer (&activity);
}

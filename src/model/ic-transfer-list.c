/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-transfer-list.h"

/* Some rows that follow each other. */
typedef struct
{
  gint64 after_id; /* the row before the first one; 0 at the top */
  guint n;
  GPtrArray *items; /* of IcTransferItem; NULL while nobody looks there */
  guint64 used;     /* when somebody looked at it last */
} Page;

struct _IcTransferList
{
  GObject parent_instance;

  IcWorkspace *workspace;
  char *text;
  IcTransferFilter filter;
  GPtrArray *pages; /* of Page */
  guint n_items;
  guint64 clock;
  guint generation; /* of the question; answers to an earlier one are dropped */
  gboolean is_complete;
  gboolean is_loading; /* the first page */
  gboolean is_extending;
  gboolean is_refreshing;
  char *failure;
};

enum
{
  PROP_0,
  PROP_LOADING,
  PROP_FAILURE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void ic_transfer_list_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IcTransferList,
                               ic_transfer_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ic_transfer_list_list_init))

/* One page on its way. */
typedef struct
{
  char *text;
  IcTransferFilter filter;
  gint64 after_id;
  guint limit;
  guint generation;
  GPtrArray *transfers;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->text);
  g_clear_pointer (&request->transfers, g_ptr_array_unref);
  g_free (request);
}

static gboolean
read_page (IcReadTx *tx, gpointer data, GError **error)
{
  Request *request = data;

  request->transfers =
      ic_transfer_search (tx, &request->filter, request->after_id, request->limit, error);
  return request->transfers != NULL &&
         ic_transfer_search_load_series (tx, request->transfers, error);
}

static void
ask (IcTransferList *self, gint64 after_id, guint limit, GAsyncReadyCallback callback)
{
  Request *request = g_new0 (Request, 1);

  request->text = g_strdup (self->text);
  request->filter = self->filter;
  request->filter.text = request->text;
  request->after_id = after_id;
  request->limit = limit;
  request->generation = self->generation;
  ic_workspace_read_async (self->workspace, read_page, request, request_free, NULL, callback,
                           g_object_ref (self));
}

static void
set_failure (IcTransferList *self, const char *failure)
{
  if (g_strcmp0 (self->failure, failure) == 0)
    return;
  g_free (self->failure);
  self->failure = g_strdup (failure);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILURE]);
}

/* NULL when it failed, which is then said, or when nobody wants it any more. */
static Request *
take_answer (IcTransferList *self, GObject *source, GAsyncResult *result)
{
  g_autoptr(GError) error = NULL;
  Request *request = ic_workspace_transact_finish (IC_WORKSPACE (source), result, &error);

  if (request == NULL)
    {
      set_failure (self, error->message);
      return NULL;
    }
  if (request->generation == self->generation)
    return request;
  request_free (request);
  return NULL;
}

static void
page_free (gpointer data)
{
  Page *page = data;

  g_clear_pointer (&page->items, g_ptr_array_unref);
  g_free (page);
}

static Page *
page_new (gint64 after_id, guint n)
{
  Page *page = g_new0 (Page, 1);

  page->after_id = after_id;
  page->n = n;
  page->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (page->items, ic_transfer_item_new ());
  return page;
}

/* The page that @position lies in, and where in it. */
static Page *
find_page (IcTransferList *self, guint *position)
{
  for (guint i = 0; i < self->pages->len; i++)
    {
      Page *page = self->pages->pdata[i];

      if (*position < page->n)
        return page;
      *position -= page->n;
    }
  return NULL;
}

static Page *
find_page_after (IcTransferList *self, gint64 after_id)
{
  for (guint i = 0; i < self->pages->len; i++)
    if (((Page *) self->pages->pdata[i])->after_id == after_id)
      return self->pages->pdata[i];
  return NULL;
}

guint
ic_transfer_list_count_pages (IcTransferList *self)
{
  guint n = 0;

  for (guint i = 0; i < self->pages->len; i++)
    n += ((Page *) self->pages->pdata[i])->items != NULL;
  return n;
}

static void
drop_oldest (IcTransferList *self)
{
  Page *oldest = NULL;

  for (guint i = 0; i < self->pages->len; i++)
    {
      Page *page = self->pages->pdata[i];

      if (page->items != NULL && (oldest == NULL || page->used < oldest->used))
        oldest = page;
    }
  if (oldest != NULL && ic_transfer_list_count_pages (self) > IC_TRANSFER_LIST_PAGES)
    g_clear_pointer (&oldest->items, g_ptr_array_unref);
}

/* Moves what was read into the items that stand there. */
static void
fill_page (Page *page, GPtrArray *transfers)
{
  g_autoptr(GPtrArray) taken = g_ptr_array_ref (transfers);

  if (page->items == NULL)
    return;
  g_ptr_array_set_free_func (taken, NULL);
  for (guint i = 0; i < taken->len; i++)
    if (i < page->items->len)
      ic_transfer_item_take (page->items->pdata[i], taken->pdata[i]);
    else
      ic_transfer_free (taken->pdata[i]);
}

static void extend (IcTransferList *self);

static void
refilled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcTransferList) self = user_data;
  Request *request = take_answer (self, source, result);
  Page *page = request != NULL ? find_page_after (self, request->after_id) : NULL;

  if (page != NULL)
    fill_page (page, request->transfers);
  if (page != NULL && page == self->pages->pdata[self->pages->len - 1])
    extend (self);
  g_clear_pointer (&request, request_free);
}

/* Items that were dropped come back empty, and are filled when the page was read again. */
static void
ensure_items (IcTransferList *self, Page *page)
{
  page->used = ++self->clock;
  if (page->items != NULL)
    return;
  page->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < page->n; i++)
    g_ptr_array_add (page->items, ic_transfer_item_new ());
  drop_oldest (self);
  ask (self, page->after_id, page->n, refilled_cb);
}

static void
append_page (IcTransferList *self, gint64 after_id, GPtrArray *transfers)
{
  Page *page = NULL;
  guint n = transfers->len;

  self->is_complete = n < IC_TRANSFER_LIST_PAGE;
  if (n == 0)
    return;
  page = page_new (after_id, n);
  page->used = ++self->clock;
  fill_page (page, transfers);
  g_ptr_array_add (self->pages, page);
  self->n_items += n;
  drop_oldest (self);
  g_list_model_items_changed (G_LIST_MODEL (self), self->n_items - n, 0, n);
}

static void
set_loading (IcTransferList *self, gboolean is_loading)
{
  if (self->is_loading == is_loading)
    return;
  self->is_loading = is_loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
clear (IcTransferList *self)
{
  guint n = self->n_items;

  g_ptr_array_set_size (self->pages, 0);
  self->n_items = 0;
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

static void
extended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcTransferList) self = user_data;
  Request *request = take_answer (self, source, result);

  if (request == NULL)
    return;
  self->is_extending = FALSE;
  append_page (self, request->after_id, request->transfers);
  request_free (request);
}

/* The id of the last row, which is in memory: the end is what was looked at. */
static gint64
find_last_id (IcTransferList *self)
{
  Page *last = self->pages->pdata[self->pages->len - 1];
  IcTransfer *transfer = NULL;

  if (last->items != NULL)
    transfer = ic_transfer_item_get (last->items->pdata[last->n - 1]);
  return transfer != NULL ? transfer->id : 0;
}

static void
extend (IcTransferList *self)
{
  gint64 last_id = 0;

  if (self->is_complete || self->is_extending || self->is_loading || self->pages->len == 0)
    return;
  last_id = find_last_id (self);
  if (last_id == 0)
    return;
  self->is_extending = TRUE;
  ask (self, last_id, IC_TRANSFER_LIST_PAGE, extended_cb);
}

/* What was there stays on the screen until the answer is. */
static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcTransferList) self = user_data;
  Request *request = take_answer (self, source, result);

  if (request == NULL)
    return;
  clear (self);
  append_page (self, 0, request->transfers);
  request_free (request);
  set_failure (self, NULL);
  set_loading (self, FALSE);
}

/* Rows above the first one that is known. */
static guint
count_new (IcTransferList *self, GPtrArray *transfers)
{
  Page *first = self->pages->len > 0 ? self->pages->pdata[0] : NULL;
  IcTransfer *top =
      first != NULL && first->items != NULL ? ic_transfer_item_get (first->items->pdata[0]) : NULL;
  guint n = 0;

  if (top == NULL)
    return 0;
  while (n < transfers->len && ((IcTransfer *) transfers->pdata[n])->id != top->id)
    n++;
  return n;
}

static void
update_known (IcTransferList *self, GPtrArray *transfers, guint from)
{
  for (guint i = from; i < transfers->len; i++)
    {
      guint position = i - from;
      Page *page = find_page (self, &position);
      IcTransferItem *item =
          page != NULL && page->items != NULL ? page->items->pdata[position] : NULL;
      IcTransfer *known = item != NULL ? ic_transfer_item_get (item) : NULL;
      IcTransfer *now = transfers->pdata[i];

      if (known == NULL || known->id != now->id || known->state == now->state)
        continue;
      ic_transfer_item_take (item, now);
      transfers->pdata[i] = ic_transfer_new ();
    }
}

static void
prepend (IcTransferList *self, GPtrArray *transfers, guint n)
{
  Page *first = self->pages->pdata[0];
  Page *page = page_new (0, n);

  first->after_id = ((IcTransfer *) transfers->pdata[n - 1])->id;
  page->used = ++self->clock;
  for (guint i = 0; i < n; i++)
    {
      ic_transfer_item_take (page->items->pdata[i], transfers->pdata[i]);
      transfers->pdata[i] = ic_transfer_new ();
    }
  g_ptr_array_insert (self->pages, 0, page);
  self->n_items += n;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n);
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(IcTransferList) self = user_data;
  Request *request = NULL;
  guint n_new = 0;

  self->is_refreshing = FALSE;
  request = take_answer (self, source, result);
  if (request == NULL)
    return;
  n_new = count_new (self, request->transfers);
  if (n_new == request->transfers->len) /* nothing of it is known: begin anew */
    ic_transfer_list_search (self, &request->filter);
  else
    {
      update_known (self, request->transfers, n_new);
      if (n_new > 0)
        prepend (self, request->transfers, n_new);
    }
  request_free (request);
}

static GType
get_item_type (GListModel *model)
{
  return IC_TYPE_TRANSFER_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return IC_TRANSFER_LIST (model)->n_items;
}

static gpointer
get_item (GListModel *model, guint position)
{
  IcTransferList *self = IC_TRANSFER_LIST (model);
  guint offset = position;
  Page *page = find_page (self, &offset);

  if (page == NULL)
    return NULL;
  ensure_items (self, page);
  if (position + 2 * IC_TRANSFER_LIST_PAGE > self->n_items)
    extend (self);
  return g_object_ref (page->items->pdata[offset]);
}

static void
ic_transfer_list_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
ic_transfer_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcTransferList *self = IC_TRANSFER_LIST (object);

  if (id == PROP_LOADING)
    g_value_set_boolean (value, self->is_loading);
  else
    g_value_set_string (value, self->failure);
}

static void
ic_transfer_list_finalize (GObject *object)
{
  IcTransferList *self = IC_TRANSFER_LIST (object);

  g_ptr_array_unref (self->pages);
  g_object_unref (self->workspace);
  g_free (self->text);
  g_free (self->failure);
  G_OBJECT_CLASS (ic_transfer_list_parent_class)->finalize (object);
}

static void
ic_transfer_list_class_init (IcTransferListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ic_transfer_list_get_property;
  object_class->finalize = ic_transfer_list_finalize;
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_FAILURE] = g_param_spec_string ("failure", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_transfer_list_init (IcTransferList *self)
{
  self->pages = g_ptr_array_new_with_free_func (page_free);
}

IcTransferList *
ic_transfer_list_new (IcWorkspace *workspace)
{
  IcTransferList *self = g_object_new (IC_TYPE_TRANSFER_LIST, NULL);

  self->workspace = g_object_ref (workspace);
  return self;
}

void
ic_transfer_list_search (IcTransferList *self, const IcTransferFilter *filter)
{
  char *text = NULL;

  g_return_if_fail (IC_IS_TRANSFER_LIST (self));
  text = g_strdup (filter->text);
  self->filter = *filter;
  g_free (self->text);
  self->text = text;
  self->generation++;
  self->is_extending = FALSE;
  set_loading (self, TRUE);
  ask (self, 0, IC_TRANSFER_LIST_PAGE, found_cb);
}

void
ic_transfer_list_refresh (IcTransferList *self)
{
  IcTransferFilter filter = { 0 };

  g_return_if_fail (IC_IS_TRANSFER_LIST (self));
  if (self->is_refreshing || self->is_loading)
    return;
  if (self->n_items == 0)
    {
      filter = self->filter;
      filter.text = self->text;
      ic_transfer_list_search (self, &filter);
      return;
    }
  self->is_refreshing = TRUE;
  ask (self, 0, IC_TRANSFER_LIST_PAGE, refreshed_cb);
}

gboolean
ic_transfer_list_is_loading (IcTransferList *self)
{
  g_return_val_if_fail (IC_IS_TRANSFER_LIST (self), FALSE);
  return self->is_loading;
}

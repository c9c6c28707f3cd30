/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/ic-net-client.h"
#include "dicom/ic-picture-reader.h"
#include "domain/ic-sop-class.h"
#include "ops/ic-node-lane.h"
#include "ops/ic-preview.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* An image-level answer of more rows is read no further: its middle is as good. */
#define MAX_ROWS 2000
#define BYTES_PER_SAMPLE 2
#define WATCH_INTERVAL_MS 100

/* The image that is to stand for a series. */
typedef struct
{
  IcPreviewRequest *request;
  char *sop_instance_uid;
  char *sop_class_uid;
  char *path; /* once it came */
} Choice;

typedef struct
{
  IcDesk *desk;
  IcNode *node;
  IcPreviewAnswer answer;
  IcNetClient *client;
  char *folder; /* relative to the data directory */
  int folder_fd;
  GPtrArray *choices; /* of Choice */
  Choice *wanted;     /* the one that is on its way */
  guint n_requests;
} Fetching;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_free (choice->sop_instance_uid);
  g_free (choice->sop_class_uid);
  g_free (choice->path);
  g_free (choice);
}

static void
keep_row (const char *const *values, gpointer rows)
{
  g_ptr_array_add (rows, g_strdupv ((char **) values));
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  char *const *left = *(char *const *const *) a;
  char *const *right = *(char *const *const *) b;
  gint64 left_number = g_ascii_strtoll (left[IC_QUERY_INSTANCE_NUMBER], NULL, 10);
  gint64 right_number = g_ascii_strtoll (right[IC_QUERY_INSTANCE_NUMBER], NULL, 10);

  return left_number < right_number ? -1 : left_number > right_number;
}

static gboolean
is_image (char **row)
{
  const IcSopClass *class = ic_sop_class_find (row[IC_QUERY_SOP_CLASS_UID]);

  return class == NULL || class->kind == IC_SOP_KIND_IMAGE;
}

static void
drop_others (GPtrArray *rows)
{
  for (guint i = rows->len; i > 0; i--)
    if (!is_image (rows->pdata[i - 1]))
      g_ptr_array_remove_index (rows, i - 1);
}

/* By what the node says of its size, uncompressed; what it does not say is watched while it comes.
 */
static gboolean
is_too_large (char **row)
{
  guint64 rows = g_ascii_strtoull (row[IC_QUERY_ROWS], NULL, 10);
  guint64 columns = g_ascii_strtoull (row[IC_QUERY_COLUMNS], NULL, 10);
  guint64 frames = MAX (g_ascii_strtoull (row[IC_QUERY_NUMBER_OF_FRAMES], NULL, 10), 1);

  return rows * columns > 0 && frames > IC_PREVIEW_MAX_BYTES / (rows * columns * BYTES_PER_SAMPLE);
}

static void
refuse (Fetching *self, IcPreviewRequest *request, const char *message)
{
  ic_preview_report (&self->answer, request, IC_ERROR_UNSUPPORTED, message);
}

static void
choose_row (Fetching *self, IcPreviewRequest *request, GPtrArray *rows)
{
  char **row = NULL;
  Choice *choice = NULL;

  drop_others (rows);
  g_ptr_array_sort (rows, compare_numbers);
  row = rows->len > 0 ? rows->pdata[rows->len / 2] : NULL;
  if (row == NULL || *row[IC_QUERY_SOP_INSTANCE_UID] == '\0')
    {
      refuse (self, request, "there is no image to show");
      return;
    }
  if (is_too_large (row))
    {
      refuse (self, request, "the image is too large");
      return;
    }
  choice = g_new0 (Choice, 1);
  choice->request = request;
  choice->sop_instance_uid = g_strdup (row[IC_QUERY_SOP_INSTANCE_UID]);
  choice->sop_class_uid = g_strdup (row[IC_QUERY_SOP_CLASS_UID]);
  g_ptr_array_add (self->choices, choice);
}

static void
choose (Fetching *self, IcPreviewRequest *request)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_IMAGE);
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr(GError) error = NULL;
  gboolean truncated = FALSE;

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, request->study_uid);
  ic_query_set (query, IC_QUERY_SERIES_INSTANCE_UID, request->series_uid);
  if (ic_net_client_find (self->client, query, MAX_ROWS, keep_row, rows, &truncated,
                          request->cancellable, &error))
    choose_row (self, request, rows);
  else
    self->answer.func (request, NULL, error, self->answer.user_data);
}

static gboolean
file_received (const IcNetFile *file, gpointer user_data, GError **error)
{
  Fetching *self = user_data;
  g_autofree char *relative = g_build_filename (self->folder, file->name, NULL);

  g_free (self->wanted->path);
  self->wanted->path = ic_data_dir_dup_path (ic_desk_get_data_dir (self->desk), relative);
  return TRUE;
}

/* How much lies in the folder. */
static goffset
measure_folder (int folder_fd)
{
  int fd = openat (folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  const struct dirent *entry = NULL;
  goffset largest = 0;
  struct stat info;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (fstatat (folder_fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG (info.st_mode))
      largest = MAX (largest, info.st_size);
  if (dir != NULL)
    closedir (dir);
  else if (fd >= 0)
    close (fd);
  return largest;
}

typedef struct
{
  int folder_fd;
  GCancellable *cancellable;
} Watch;

static gboolean
watch_cb (gpointer user_data)
{
  Watch *watch = user_data;

  if (measure_folder (watch->folder_fd) > IC_PREVIEW_MAX_BYTES)
    g_cancellable_cancel (watch->cancellable);
  return G_SOURCE_CONTINUE;
}

static gboolean
fetch (Fetching *self, Choice *choice, GError **error)
{
  g_autoptr(IcQuery) query = ic_query_new (IC_LEVEL_IMAGE);
  g_autofree char *prefix = g_strdup_printf ("p%u-", self->n_requests++);
  g_auto(IcNetGetResult) result = { 0 };
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Watch watch = { self->folder_fd, cancellable };
  g_autoptr(GSource) timer = g_timeout_source_new (WATCH_INTERVAL_MS);
  gboolean ok = FALSE;

  ic_query_set (query, IC_QUERY_STUDY_INSTANCE_UID, choice->request->study_uid);
  ic_query_set (query, IC_QUERY_SERIES_INSTANCE_UID, choice->request->series_uid);
  ic_query_set (query, IC_QUERY_SOP_INSTANCE_UID, choice->sop_instance_uid);
  g_source_set_callback (timer, watch_cb, &watch, NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());
  self->wanted = choice;
  ok = ic_net_client_get (self->client, query, prefix, file_received, self, &result, NULL,
                          cancellable, error);
  g_source_destroy (timer);
  return ok;
}

static gboolean
open_for_get (Fetching *self, GError **error)
{
  g_autoptr(GPtrArray) classes = g_ptr_array_new ();
  g_autoptr(GPtrArray) plans = NULL;

  for (guint i = 0; i < self->choices->len; i++)
    g_ptr_array_add (classes, ((Choice *) self->choices->pdata[i])->sop_class_uid);
  g_ptr_array_add (classes, NULL);
  plans = ic_presentation_plan_get ((const char *const *) classes->pdata);
  return ic_net_client_open_for_get (self->client, plans->pdata[0], NULL, error);
}

static void
made_cb (gpointer item, IcPicture *picture, const GError *error, gpointer user_data)
{
  const IcPreviewAnswer *answer = user_data;

  answer->func (((Choice *) item)->request, picture, error, answer->user_data);
}

static void
show (Fetching *self, IcPictureReader *reader, Choice *choice)
{
  g_autoptr(GError) error = NULL;
  int fd = choice->path != NULL ? open (choice->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

  if (fd < 0)
    refuse (self, choice->request, "the image did not come");
  else if (!ic_picture_reader_push (reader, fd, choice, NULL, &error))
    self->answer.func (choice->request, NULL, error, self->answer.user_data);
  if (choice->path != NULL)
    unlink (choice->path);
}

static void
fetch_and_show (Fetching *self)
{
  g_autoptr(IcPictureReader) reader =
                 ic_picture_reader_new_thumbnails (IC_PREVIEW_EDGE, made_cb, &self->answer);
  g_autoptr(GError) error = NULL;
  gboolean is_open = open_for_get (self, &error);

  for (guint i = 0; i < self->choices->len; i++)
    {
      Choice *choice = self->choices->pdata[i];

      if (is_open && !g_cancellable_is_cancelled (choice->request->cancellable))
        {
          g_clear_error (&error);
          if (!fetch (self, choice, &error))
            g_debug ("no preview: %s", error->message);
        }
      show (self, reader, choice);
    }
  g_clear_error (&error);
  if (!ic_picture_reader_finish (reader, NULL, &error))
    g_warning ("previews stopped: %s", error->message);
}

typedef struct
{
  const char *node_name;
  gboolean is_on;
} Switch;

static gboolean
read_switch (IcReadTx *tx, gpointer data, GError **error)
{
  Switch *self = data;

  return ic_preview_is_on (tx, self->node_name, &self->is_on, error);
}

/* What cannot be read is not asked for. */
static gboolean
is_wanted (Fetching *self)
{
  Switch wanted = { .node_name = self->node->name };

  return ic_preview_can_ask (self->node) &&
         ic_store_read (ic_desk_get_store (self->desk), read_switch, &wanted, NULL) && wanted.is_on;
}

static gboolean
open_folder (Fetching *self, GError **error)
{
  g_autofree char *path = NULL;
  IcDataDir *data_dir = ic_desk_get_data_dir (self->desk);
  g_autofree char *random = g_uuid_string_random ();

  self->folder =
      g_build_filename (ic_session_get_spool (ic_desk_get_session (self->desk)), random, NULL);
  if (!ic_data_dir_ensure_folder (data_dir, self->folder, error))
    return FALSE;
  path = ic_data_dir_dup_path (data_dir, self->folder);
  self->folder_fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  return self->folder_fd >= 0 ||
         ic_error_set_errno (error, IC_ERROR_WRITE_FAILED, errno, "the folder for previews");
}

static gboolean
connect_to_node (Fetching *self, GError **error)
{
  g_autofree char *aet = NULL;

  if (!is_wanted (self))
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_UNSUPPORTED, "no previews of this node");
      return FALSE;
    }
  aet = ic_desk_dup_calling_aet (self->desk, self->node, error);
  if (aet == NULL || !open_folder (self, error))
    return FALSE;
  self->client = ic_net_client_new (self->node, aet, self->folder_fd, NULL, error);
  return self->client != NULL && ic_net_client_open_for_query (self->client, NULL, error);
}

static void
fetching_clear (Fetching *self)
{
  g_clear_pointer (&self->client, ic_net_client_free);
  if (self->folder_fd >= 0)
    close (self->folder_fd);
  if (self->folder != NULL)
    ic_data_dir_remove (ic_desk_get_data_dir (self->desk), self->folder, NULL);
  g_free (self->folder);
  g_ptr_array_unref (self->choices);
}

void
ic_preview_make_remote (IcDesk *desk,
                        IcNode *node,
                        GPtrArray *requests,
                        IcPreviewFunc func,
                        gpointer user_data)
{
  Fetching self = { .desk = desk, .node = node, .answer = { func, user_data }, .folder_fd = -1 };
  g_autoptr(IcLock) lane = ic_node_lane_wait (desk, node, "preview", 1, NULL, NULL, NULL);
  g_autoptr(GError) error = NULL;

  self.choices = g_ptr_array_new_with_free_func (choice_free);
  if (!connect_to_node (&self, &error))
    for (guint i = 0; i < requests->len; i++)
      func (requests->pdata[i], NULL, error, user_data);
  else
    for (guint i = 0; i < requests->len; i++)
      choose (&self, requests->pdata[i]);
  if (self.choices->len > 0)
    fetch_and_show (&self);
  fetching_clear (&self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-transfer.h"

static const char *const state_names[] = {
  [IC_TRANSFER_RUNNING] = "running",       [IC_TRANSFER_SUCCEEDED] = "succeeded",
  [IC_TRANSFER_INCOMPLETE] = "incomplete", [IC_TRANSFER_UNPROVEN] = "unproven",
  [IC_TRANSFER_FAILED] = "failed",         [IC_TRANSFER_CANCELLED] = "cancelled",
  [IC_TRANSFER_REFUSED] = "refused",
};

static const char *const direction_names[] = {
  [IC_DIRECTION_OUT] = "out",
  [IC_DIRECTION_IN] = "in",
};

static const char *const urgency_names[] = {
  [IC_URGENCY_ROUTINE] = "routine",
  [IC_URGENCY_URGENT] = "urgent",
  [IC_URGENCY_EMERGENCY] = "emergency",
};

static const char *const route_names[] = {
  [IC_ROUTE_DISC] = "disc",         [IC_ROUTE_FOLDER] = "folder", [IC_ROUTE_USB] = "usb",
  [IC_ROUTE_ISO] = "iso",           [IC_ROUTE_ZIP] = "zip",       [IC_ROUTE_NODE] = "node",
  [IC_ROUTE_DICOMWEB] = "dicomweb", [IC_ROUTE_SFTP] = "sftp",     [IC_ROUTE_FILM] = "film",
  [IC_ROUTE_PAPER] = "paper",       [IC_ROUTE_MANUAL] = "manual",
};

static const char *const read_back_names[] = {
  [IC_READ_BACK_NONE] = "not re-read",
  [IC_READ_BACK_CACHE_DROPPED] = "cache-dropped",
  [IC_READ_BACK_MEDIUM] = "medium",
  [IC_READ_BACK_LISTED] = "listed by the node",
  [IC_READ_BACK_COMMITTED] = "committed by the node",
};

static const char *const item_state_names[] = {
  [IC_ITEM_MISSING] = "missing",     [IC_ITEM_EXTRA] = "extra",     [IC_ITEM_FAILED] = "failed",
  [IC_ITEM_RETRIEVED] = "retrieved", [IC_ITEM_WRITTEN] = "written", [IC_ITEM_VERIFIED] = "verified",
};

static int
find_name (const char *const *names, guint n, const char *text)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (names[i], text) == 0)
      return (int) i;
  return -1;
}

static IcPatient *
new_unknown_patient (void)
{
  return ic_patient_new (NULL, NULL, NULL, NULL, NULL);
}

static void
series_free (gpointer data)
{
  IcTransferSeries *self = data;

  g_free (self->study_uid);
  g_free (self->series_uid);
  g_free (self->modality);
  g_free (self->number);
  g_free (self->description);
  g_free (self);
}

IcRecipient *
ic_recipient_new (const char *name)
{
  IcRecipient *self = g_new0 (IcRecipient, 1);

  self->name = g_strdup (name != NULL ? name : "");
  self->organisation = g_strdup ("");
  self->contact = g_strdup ("");
  return self;
}

void
ic_recipient_free (IcRecipient *self)
{
  g_free (self->name);
  g_free (self->organisation);
  g_free (self->contact);
  g_free (self);
}

IcRequest *
ic_request_new (void)
{
  IcRequest *self = g_new0 (IcRequest, 1);

  self->requested_by = g_strdup ("");
  self->reason = g_strdup ("");
  self->patient = new_unknown_patient ();
  return self;
}

void
ic_request_free (IcRequest *self)
{
  g_free (self->requested_by);
  g_free (self->reason);
  ic_patient_unref (self->patient);
  g_free (self);
}

IcTransfer *
ic_transfer_new (void)
{
  IcTransfer *self = g_new0 (IcTransfer, 1);

  self->operator_name = g_strdup ("");
  self->recipient = g_strdup ("");
  self->reason = g_strdup ("");
  self->legal_basis = g_strdup ("");
  self->source = g_strdup ("");
  self->output = g_strdup ("");
  self->remark = g_strdup ("");
  self->log_head = g_strdup ("");
  self->patient = new_unknown_patient ();
  self->series = g_ptr_array_new_with_free_func (series_free);
  self->instances = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
ic_transfer_free (IcTransfer *self)
{
  g_free (self->operator_name);
  g_free (self->recipient);
  g_free (self->reason);
  g_free (self->legal_basis);
  g_free (self->source);
  g_free (self->output);
  g_free (self->remark);
  g_free (self->log_head);
  ic_patient_unref (self->patient);
  g_ptr_array_unref (self->series);
  g_ptr_array_unref (self->instances);
  g_clear_pointer (&self->texts, ic_texts_unref);
  g_free (self);
}

IcTransferSeries *
ic_transfer_add_series (IcTransfer *self)
{
  IcTransferSeries *series = g_new0 (IcTransferSeries, 1);

  series->study_uid = g_strdup ("");
  series->series_uid = g_strdup ("");
  series->modality = g_strdup ("");
  series->number = g_strdup ("");
  series->description = g_strdup ("");
  g_ptr_array_add (self->series, series);
  return series;
}

IcTransferInstance *
ic_transfer_add_instance (IcTransfer *self)
{
  IcTransferInstance *instance = g_new0 (IcTransferInstance, 1);

  instance->sop_instance_uid = "";
  instance->study_uid = "";
  instance->series_uid = "";
  instance->file_id = "";
  instance->sha256 = "";
  instance->remark = "";
  g_ptr_array_add (self->instances, instance);
  return instance;
}

void
ic_transfer_set_text (char **field, const char *text)
{
  char *copy = g_strdup (text != NULL ? text : "");

  g_free (*field);
  *field = copy;
}

const char *
ic_transfer_keep_text (IcTransfer *self, const char *text)
{
  if (self->texts == NULL)
    self->texts = ic_texts_new ();
  return ic_texts_keep (self->texts, text);
}

void
ic_transfer_share_texts (IcTransfer *self, IcTexts *texts)
{
  g_return_if_fail (self->texts == NULL || self->texts == texts);

  if (self->texts == NULL)
    self->texts = ic_texts_ref (texts);
}

void
ic_transfer_set_patient (IcPatient **field, IcPatient *patient)
{
  IcPatient *reference = ic_patient_ref (patient);

  ic_patient_unref (*field);
  *field = reference;
}

char *
ic_transfer_dup_number (gint64 id)
{
  return g_strdup_printf ("IC%06" G_GINT64_FORMAT, id);
}

gint64
ic_transfer_id_from_number (const char *number)
{
  const char *digits = number;
  guint64 id = 0;

  if (g_ascii_strncasecmp (digits, "IC", 2) == 0)
    digits += 2;
  if (!g_ascii_string_to_unsigned (digits, 10, 1, G_MAXINT64, &id, NULL))
    return 0;
  return (gint64) id;
}

const char *
ic_transfer_state_to_string (IcTransferState state)
{
  return state_names[state];
}

gboolean
ic_transfer_state_from_string (const char *text, IcTransferState *state)
{
  int found = find_name (state_names, G_N_ELEMENTS (state_names), text);

  if (found >= 0)
    *state = found;
  return found >= 0;
}

const char *
ic_direction_to_string (IcDirection direction)
{
  return direction_names[direction];
}

gboolean
ic_direction_from_string (const char *text, IcDirection *direction)
{
  int found = find_name (direction_names, G_N_ELEMENTS (direction_names), text);

  if (found >= 0)
    *direction = found;
  return found >= 0;
}

const char *
ic_urgency_to_string (IcUrgency urgency)
{
  return urgency_names[urgency];
}

gboolean
ic_urgency_from_string (const char *text, IcUrgency *urgency)
{
  int found = find_name (urgency_names, G_N_ELEMENTS (urgency_names), text);

  if (found >= 0)
    *urgency = found;
  return found >= 0;
}

const char *
ic_route_to_string (IcRoute route)
{
  return route_names[route];
}

gboolean
ic_route_from_string (const char *text, IcRoute *route)
{
  int found = find_name (route_names, G_N_ELEMENTS (route_names), text);

  if (found >= 0)
    *route = found;
  return found >= 0;
}

const char *
ic_read_back_to_string (IcReadBack read_back)
{
  return read_back_names[read_back];
}

gboolean
ic_read_back_from_string (const char *text, IcReadBack *read_back)
{
  int found = find_name (read_back_names, G_N_ELEMENTS (read_back_names), text);

  if (found >= 0)
    *read_back = found;
  return found >= 0;
}

const char *
ic_item_state_to_string (IcItemState state)
{
  return item_state_names[state];
}

gboolean
ic_item_state_from_string (const char *text, IcItemState *state)
{
  int found = find_name (item_state_names, G_N_ELEMENTS (item_state_names), text);

  if (found >= 0)
    *state = found;
  return found >= 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-activity.h"

#include "core/ic-error.h"
#include "ops/ic-retrieve-job.h"
#include "words/ic-error-words.h"
#include "words/ic-transfer-words.h"
#include "words/ic-words.h"

#include <glib/gi18n.h>

/* An estimate of what is left is worth nothing before so much is done. */
#define ESTIMATE_FROM 0.02

/* What was asked for, with strings of its own: @media or @send says the same in the form in which
 * the job takes it.
 */
typedef struct
{
  IcDesk *desk;
  char **study_uids;
  IcSelection *selection;
  IcNode *source;
  IcNode *destination;
  IcPatient *patient;
  char *output;
  char *recipient;
  char *reason;
  char *legal_basis;
  IcExportOrder media;
  IcSendOrder send;
} Order;

struct _IcActivity
{
  GObject parent_instance;

  IcActivityKind kind;
  Order order;
  IcUrgency urgency;
  IcJob *job;
  char *title;
  char *subtitle;
  char *outcome;
  char *request; /* NULL while nobody is waited for */
  char *id;
  guint rank;
  gboolean was_interrupted; /* it will never begin */
  gint64 begun_us;          /* monotonic; 0 before */
  gint64 ended_us;          /* the same */
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_FRACTION,
  PROP_MESSAGE,
  PROP_REQUEST,
  PROP_ACTIVE,
  PROP_RUNNING,
  PROP_INTERRUPTIBLE,
  PROP_SECONDS_LEFT,
  PROP_OUTCOME,
  PROP_PROVED,
  PROP_RANK,
  PROP_ENDED_AT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcActivity, ic_activity, G_TYPE_OBJECT)

static gboolean
is_running (IcActivity *self)
{
  IcJobState state = ic_job_get_state (self->job);

  return state == IC_JOB_RUNNING || state == IC_JOB_CANCELLING;
}

static gint64
estimate_seconds_left (IcActivity *self)
{
  double fraction = ic_job_get_fraction (self->job);
  double spent = 0;

  if (!is_running (self) || self->begun_us == 0 || fraction < ESTIMATE_FROM)
    return -1;
  spent = (double) (g_get_monotonic_time () - self->begun_us) / G_USEC_PER_SEC;
  return (gint64) (spent * (1 - fraction) / fraction + 0.5);
}

/* Whether it is the medium that @error is about, and not what was to go there. */
static gboolean
is_of_output (const GError *error)
{
  return g_error_matches (error, IC_ERROR, IC_ERROR_CONFLICT) ||
         g_error_matches (error, IC_ERROR, IC_ERROR_NO_SPACE) ||
         g_error_matches (error, IC_ERROR, IC_ERROR_MEDIUM_UNSUITABLE) ||
         g_error_matches (error, IC_ERROR, IC_ERROR_WRITE_FAILED) ||
         g_error_matches (error, IC_ERROR, IC_ERROR_READ_FAILED) ||
         g_error_matches (error, IC_ERROR, IC_ERROR_BUSY);
}

static char *
dup_failure (IcActivity *self, const GError *error)
{
  IcNode *node = self->order.destination != NULL ? self->order.destination : self->order.source;
  IcErrorContext context = { .subject = _ ("this transfer"), .subject_is_phrase = TRUE };

  if (node != NULL && (ic_error_words_is_of_node (error) || self->kind != IC_ACTIVITY_EXPORT))
    context = (IcErrorContext){ .subject = node->name };
  else if (self->order.output != NULL && is_of_output (error))
    context = (IcErrorContext){ .subject = self->order.output };
  return ic_error_words_dup_sentence (error, &context);
}

/* What the results of all kinds have in common; borrowed. */
typedef struct
{
  IcTransfer *transfer;
  GPtrArray *notices;
} Result;

static Result
get_result (IcActivity *self)
{
  gpointer result = ic_job_get_result (self->job);
  const IcExportResult *exported = result;
  const IcSendResultInfo *sent = result;
  const IcRetrieveResult *retrieved = result;

  if (result == NULL)
    return (Result){ NULL, NULL };
  if (self->kind == IC_ACTIVITY_EXPORT)
    return (Result){ exported->transfer, exported->notices };
  if (self->kind == IC_ACTIVITY_SEND)
    return (Result){ sent->transfer, sent->notices };
  return (Result){ retrieved->transfer, retrieved->notices };
}

/* Why, and what it cost. */
static char *
dup_failure_with_faults (IcActivity *self, const GError *error, IcTransfer *transfer)
{
  g_autofree char *failure = dup_failure (self, error);
  g_autofree char *faults = transfer != NULL ? ic_transfer_words_dup_faults (transfer) : NULL;

  if (faults == NULL || *faults == '\0')
    return g_steal_pointer (&failure);
  /* Translators: a sentence about an error, and "14 images are missing". */
  return g_strdup_printf (_ ("%s %s."), failure, faults);
}

static char *
dup_outcome (IcActivity *self)
{
  const GError *error = ic_job_get_error (self->job);
  IcTransfer *transfer = ic_activity_get_transfer (self);

  if (error != NULL)
    return dup_failure_with_faults (self, error, transfer);
  if (ic_job_get_state (self->job) == IC_JOB_CANCELLED)
    return g_strdup (_ ("Stopped before it was done."));
  if (transfer != NULL)
    return ic_transfer_words_dup_verdict (transfer, ic_transfer_words_get_view (transfer));
  return g_strdup ("");
}

static void
note_request (IcActivity *self)
{
  g_autofree char *request = ic_job_dup_request (self->job);

  if (g_strcmp0 (request, self->request) == 0)
    return;
  g_free (self->request);
  self->request = g_steal_pointer (&request);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REQUEST]);
}

static void
state_changed_cb (IcActivity *self)
{
  if (self->begun_us == 0 && is_running (self))
    self->begun_us = g_get_monotonic_time ();
  if (ic_job_is_finished (self->job))
    {
      g_free (self->outcome);
      self->outcome = dup_outcome (self);
      self->ended_us = g_get_monotonic_time ();
    }
  note_request (self);
  for (guint id = PROP_ACTIVE; id < N_PROPS; id++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
progress_changed_cb (IcActivity *self, GParamSpec *pspec)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
  note_request (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERRUPTIBLE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
}

static void
ic_activity_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  IcActivity *self = IC_ACTIVITY (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, self->subtitle);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, ic_job_get_fraction (self->job));
      break;
    case PROP_MESSAGE:
      g_value_take_string (value, ic_job_dup_message (self->job));
      break;
    case PROP_REQUEST:
      g_value_set_string (value, self->request);
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, !ic_activity_is_finished (self));
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, is_running (self));
      break;
    case PROP_INTERRUPTIBLE:
      g_value_set_boolean (value, ic_job_get_interruptible (self->job));
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_int64 (value, estimate_seconds_left (self));
      break;
    case PROP_OUTCOME:
      g_value_set_string (value, self->outcome);
      break;
    case PROP_PROVED:
      g_value_set_boolean (value, ic_activity_is_proved (self));
      break;
    case PROP_RANK:
      g_value_set_uint (value, self->rank);
      break;
    case PROP_ENDED_AT:
      g_value_set_int64 (value, self->ended_us);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
order_clear (Order *self)
{
  g_clear_pointer (&self->desk, ic_desk_unref);
  g_clear_pointer (&self->study_uids, g_strfreev);
  g_clear_pointer (&self->selection, ic_selection_unref);
  g_clear_pointer (&self->source, ic_node_unref);
  g_clear_pointer (&self->destination, ic_node_unref);
  g_clear_pointer (&self->patient, ic_patient_unref);
  g_free (self->output);
  g_free (self->recipient);
  g_free (self->reason);
  g_free (self->legal_basis);
}

static void
ic_activity_finalize (GObject *object)
{
  IcActivity *self = IC_ACTIVITY (object);

  g_clear_object (&self->job);
  order_clear (&self->order);
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->outcome);
  g_free (self->request);
  g_free (self->id);
  G_OBJECT_CLASS (ic_activity_parent_class)->finalize (object);
}

static void
ic_activity_class_init (IcActivityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ic_activity_get_property;
  object_class->finalize = ic_activity_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_REQUEST] = g_param_spec_string ("request", NULL, NULL, NULL, flags);
  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, TRUE, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  properties[PROP_INTERRUPTIBLE] = g_param_spec_boolean ("interruptible", NULL, NULL, TRUE, flags);
  properties[PROP_SECONDS_LEFT] =
      g_param_spec_int64 ("seconds-left", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_OUTCOME] = g_param_spec_string ("outcome", NULL, NULL, NULL, flags);
  properties[PROP_PROVED] = g_param_spec_boolean ("proved", NULL, NULL, FALSE, flags);
  properties[PROP_RANK] = g_param_spec_uint ("rank", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ENDED_AT] = g_param_spec_int64 ("ended-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_activity_init (IcActivity *self)
{
  self->outcome = g_strdup ("");
  self->id = g_uuid_string_random ();
}

/* "2 studies from ARCHIVE" */
static char *
dup_studies (const Order *order)
{
  guint n = g_strv_length (order->study_uids);
  g_autofree char *count = ic_words_dup_count (n);
  g_autofree char *studies = g_strdup_printf (ngettext ("%s study", "%s studies", n), count);

  if (order->source == NULL)
    return g_steal_pointer (&studies);
  /* Translators: "2 studies" from the node ARCHIVE. */
  return g_strdup_printf (_ ("%s from %s"), studies, order->source->name);
}

static char *
dup_title (IcActivityKind kind, const Order *order)
{
  g_autofree char *name = ic_words_dup_patient (order->patient);

  if (kind == IC_ACTIVITY_RETRIEVE)
    return g_strdup_printf (_ ("Retrieve images of %s"), name);
  if (kind == IC_ACTIVITY_SEND)
    return g_strdup_printf (_ ("Send images of %s to %s"), name, order->destination->name);
  switch (order->media.route)
    {
    case IC_ROUTE_DISC:
      return g_strdup_printf (_ ("Disc for %s"), name);
    case IC_ROUTE_ISO:
      return g_strdup_printf (_ ("Disc image for %s"), name);
    case IC_ROUTE_ZIP:
      return g_strdup_printf (_ ("ZIP file for %s"), name);
    default:
      return g_strdup_printf (_ ("Folder for %s"), name);
    }
}

static IcJob *
make_job (IcActivityKind kind, Order *order)
{
  if (kind == IC_ACTIVITY_EXPORT)
    return ic_export_job_new (order->desk, &order->media);
  if (kind == IC_ACTIVITY_SEND)
    return ic_send_job_new (order->desk, &order->send);
  return ic_retrieve_job_new (order->desk, order->source, (const char *const *) order->study_uids);
}

/* Takes what is in @order. */
static IcActivity *
activity_new (IcActivityKind kind, Order *order, IcUrgency urgency)
{
  IcActivity *self = g_object_new (IC_TYPE_ACTIVITY, NULL);

  self->kind = kind;
  self->order = *order;
  self->urgency = urgency;
  self->title = dup_title (kind, order);
  self->subtitle = dup_studies (order);
  self->job = make_job (kind, &self->order);
  g_signal_connect_object (self->job, "notify::state", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->job, "notify::fraction", G_CALLBACK (progress_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "notify::message", G_CALLBACK (progress_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "notify::interruptible", G_CALLBACK (progress_changed_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}

IcActivity *
ic_activity_new_retrieve (IcDesk *desk,
                          IcNode *node,
                          const char *const *study_uids,
                          IcPatient *patient)
{
  Order order = {
    .desk = ic_desk_ref (desk),
    .source = ic_node_ref (node),
    .study_uids = g_strdupv ((char **) study_uids),
    .patient = ic_patient_ref (patient),
  };

  return activity_new (IC_ACTIVITY_RETRIEVE, &order, IC_URGENCY_ROUTINE);
}

IcActivity *
ic_activity_new_export (IcDesk *desk, const IcExportOrder *asked)
{
  Order order = {
    .desk = ic_desk_ref (desk),
    .source = asked->source != NULL ? ic_node_ref (asked->source) : NULL,
    .study_uids = g_strdupv ((char **) asked->study_uids),
    .selection = asked->selection != NULL ? ic_selection_ref (asked->selection) : NULL,
    .patient = ic_patient_ref (asked->patient),
    .output = g_strdup (asked->output),
    .recipient = g_strdup (asked->recipient),
    .reason = g_strdup (asked->reason),
    .legal_basis = g_strdup (asked->legal_basis),
    .media = *asked,
  };

  order.media.study_uids = (const char *const *) order.study_uids;
  order.media.output = order.output;
  order.media.recipient = order.recipient;
  order.media.reason = order.reason;
  order.media.legal_basis = order.legal_basis;
  return activity_new (IC_ACTIVITY_EXPORT, &order, asked->urgency);
}

IcActivity *
ic_activity_new_send (IcDesk *desk, const IcSendOrder *asked)
{
  Order order = {
    .desk = ic_desk_ref (desk),
    .source = asked->source != NULL ? ic_node_ref (asked->source) : NULL,
    .destination = ic_node_ref (asked->destination),
    .study_uids = g_strdupv ((char **) asked->study_uids),
    .selection = asked->selection != NULL ? ic_selection_ref (asked->selection) : NULL,
    .patient = ic_patient_ref (asked->patient),
    .recipient = g_strdup (asked->recipient),
    .reason = g_strdup (asked->reason),
    .legal_basis = g_strdup (asked->legal_basis),
    .send = *asked,
  };

  order.send.study_uids = (const char *const *) order.study_uids;
  order.send.recipient = order.recipient;
  order.send.reason = order.reason;
  order.send.legal_basis = order.legal_basis;
  return activity_new (IC_ACTIVITY_SEND, &order, asked->urgency);
}

/* What was left out must stay at home after a restart as well. */
static void
print_selection (IcSelection *selection, GVariantDict *dict)
{
  g_auto(GStrv) series = NULL;
  g_auto(GStrv) images = NULL;

  if (selection == NULL)
    return;
  series = ic_selection_dup_series (selection);
  images = ic_selection_dup_instances (selection);
  g_variant_dict_insert (dict, "series", "^as", series);
  g_variant_dict_insert (dict, "images", "^as", images);
}

/* The part of an order that only some kinds have, by the names of the fields. */
static char *
print_options (IcActivity *self)
{
  const IcExportOrder *media = &self->order.media;
  const IcSendOrder *send = &self->order.send;
  g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr(GVariant) options = NULL;

  if (self->kind == IC_ACTIVITY_EXPORT)
    {
      g_variant_dict_insert (&dict, "route", "s", ic_route_to_string (media->route));
      g_variant_dict_insert (&dict, "profile", "s", ic_media_profile_get_name (media->profile));
      g_variant_dict_insert (&dict, "capacity", "t", media->capacity_bytes);
      g_variant_dict_insert (&dict, "copies", "u", media->copies);
      g_variant_dict_insert (&dict, "speed", "d", media->disc.speed);
      g_variant_dict_insert (&dict, "may-erase", "b", media->disc.may_erase);
      g_variant_dict_insert (&dict, "erases-one", "b", media->disc.erases_one);
      g_variant_dict_insert (&dict, "no-eject", "b", media->disc.no_eject);
      g_variant_dict_insert (&dict, "unattended", "b", media->disc.unattended);
    }
  else if (self->kind == IC_ACTIVITY_SEND)
    {
      g_variant_dict_insert (&dict, "patience", "u", send->patience_s);
      g_variant_dict_insert (&dict, "commit", "b", send->do_commit);
    }
  if (self->order.legal_basis != NULL)
    g_variant_dict_insert (&dict, "legal-basis", "s", self->order.legal_basis);
  print_selection (self->order.selection, &dict);
  options = g_variant_ref_sink (g_variant_dict_end (&dict));
  return g_variant_print (options, TRUE);
}

static const char *const kind_names[] = {
  [IC_ACTIVITY_RETRIEVE] = "retrieve",
  [IC_ACTIVITY_EXPORT] = "export",
  [IC_ACTIVITY_SEND] = "send",
};

IcOrder *
ic_activity_dup_order (IcActivity *self)
{
  const Order *own = &self->order;
  IcOrder *order = ic_order_new ();

  ic_transfer_set_text (&order->id, self->id);
  ic_transfer_set_text (&order->kind, kind_names[self->kind]);
  ic_transfer_set_text (&order->operator_name, ic_desk_get_operator (own->desk));
  ic_transfer_set_text (&order->source, own->source != NULL ? own->source->name : NULL);
  ic_transfer_set_text (&order->destination,
                        own->destination != NULL ? own->destination->name : NULL);
  ic_transfer_set_text (&order->recipient, own->recipient);
  ic_transfer_set_text (&order->reason, own->reason);
  ic_transfer_set_text (&order->output, own->output);
  ic_transfer_set_patient (&order->patient, own->patient);
  g_free (order->options);
  order->options = print_options (self);
  order->urgency = self->urgency;
  order->asked_at = g_get_real_time () / G_USEC_PER_SEC;
  g_strfreev (order->study_uids);
  order->study_uids = g_strdupv (own->study_uids);
  return order;
}

/* NULL when whole studies were asked for. */
static IcSelection *
read_selection (GVariantDict *options)
{
  g_autofree const char **series = NULL;
  g_autofree const char **images = NULL;

  if (!g_variant_dict_lookup (options, "series", "^a&s", &series) ||
      !g_variant_dict_lookup (options, "images", "^a&s", &images))
    return NULL;
  return ic_selection_new (series, images);
}

static IcActivity *
new_export_from_order (IcDesk *desk, const IcOrder *kept, GVariantDict *options, IcNode *source)
{
  const char *route = "";
  const char *profile = "";
  g_autoptr(IcSelection) selection = read_selection (options);
  IcExportOrder order = {
    .study_uids = (const char *const *) kept->study_uids,
    .selection = selection,
    .source = source,
    .output = kept->output,
    .patient = kept->patient,
    .recipient = kept->recipient,
    .reason = kept->reason,
    .urgency = kept->urgency,
  };

  g_variant_dict_lookup (options, "legal-basis", "&s", &order.legal_basis);
  g_variant_dict_lookup (options, "route", "&s", &route);
  g_variant_dict_lookup (options, "profile", "&s", &profile);
  g_variant_dict_lookup (options, "capacity", "t", &order.capacity_bytes);
  g_variant_dict_lookup (options, "copies", "u", &order.copies);
  g_variant_dict_lookup (options, "speed", "d", &order.disc.speed);
  g_variant_dict_lookup (options, "may-erase", "b", &order.disc.may_erase);
  g_variant_dict_lookup (options, "erases-one", "b", &order.disc.erases_one);
  g_variant_dict_lookup (options, "no-eject", "b", &order.disc.no_eject);
  g_variant_dict_lookup (options, "unattended", "b", &order.disc.unattended);
  if (!ic_route_from_string (route, &order.route) ||
      !ic_media_profile_parse (profile, &order.profile))
    return NULL;
  return ic_activity_new_export (desk, &order);
}

static IcActivity *
new_send_from_order (IcDesk *desk,
                     const IcOrder *kept,
                     GVariantDict *options,
                     IcNode *source,
                     IcNode *destination)
{
  g_autoptr(IcSelection) selection = read_selection (options);
  IcSendOrder order = {
    .study_uids = (const char *const *) kept->study_uids,
    .selection = selection,
    .source = source,
    .destination = destination,
    .patient = kept->patient,
    .recipient = kept->recipient,
    .reason = kept->reason,
    .urgency = kept->urgency,
  };

  g_variant_dict_lookup (options, "legal-basis", "&s", &order.legal_basis);
  g_variant_dict_lookup (options, "patience", "u", &order.patience_s);
  g_variant_dict_lookup (options, "commit", "b", &order.do_commit);
  return ic_activity_new_send (desk, &order);
}

IcActivity *
ic_activity_new_from_order (IcDesk *desk,
                            const IcOrder *order,
                            IcNode *source,
                            IcNode *destination,
                            GError **error)
{
  g_autoptr(GVariant) parsed =
                 g_variant_parse (G_VARIANT_TYPE_VARDICT, order->options, NULL, NULL, NULL);
  g_auto(GVariantDict) options = G_VARIANT_DICT_INIT (parsed);
  IcActivity *self = NULL;

  if ((*order->source != '\0' && source == NULL) ||
      (*order->destination != '\0' && destination == NULL))
    {
      g_set_error (error, IC_ERROR, IC_ERROR_NOT_FOUND, "there is no node %s any more",
                   source == NULL && *order->source != '\0' ? order->source : order->destination);
      return NULL;
    }
  if (g_str_equal (order->kind, kind_names[IC_ACTIVITY_EXPORT]))
    self = new_export_from_order (desk, order, &options, source);
  else if (g_str_equal (order->kind, kind_names[IC_ACTIVITY_SEND]) && destination != NULL)
    self = new_send_from_order (desk, order, &options, source, destination);
  else if (g_str_equal (order->kind, kind_names[IC_ACTIVITY_RETRIEVE]) && source != NULL)
    self = ic_activity_new_retrieve (desk, source, (const char *const *) order->study_uids,
                                     order->patient);
  if (self == NULL)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA, "a kept order makes no sense");
      return NULL;
    }
  g_free (self->id);
  self->id = g_strdup (order->id);
  self->urgency = order->urgency;
  return self;
}

const char *
ic_activity_get_id (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return self->id;
}

void
ic_activity_interrupt (IcActivity *self, const char *sentence)
{
  g_return_if_fail (IC_IS_ACTIVITY (self) && ic_activity_is_waiting (self));
  self->was_interrupted = TRUE;
  g_free (self->outcome);
  self->outcome = g_strdup (sentence);
  for (guint id = PROP_ACTIVE; id < N_PROPS; id++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

gboolean
ic_activity_needs_drive (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), FALSE);
  return self->kind == IC_ACTIVITY_EXPORT && self->order.media.route == IC_ROUTE_DISC;
}

gboolean
ic_activity_is_waiting (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), FALSE);
  return !self->was_interrupted && ic_job_get_state (self->job) == IC_JOB_QUEUED;
}

guint
ic_activity_get_rank (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), 0);
  return self->rank;
}

void
ic_activity_set_rank (IcActivity *self, guint rank)
{
  g_return_if_fail (IC_IS_ACTIVITY (self));
  if (self->rank == rank)
    return;
  self->rank = rank;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANK]);
}

IcActivity *
ic_activity_dup_again (IcActivity *self, gboolean may_erase)
{
  const Order *order = &self->order;
  IcExportOrder media = { NULL };

  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  media = order->media;
  media.disc.may_erase = media.disc.erases_one = may_erase;
  if (self->kind == IC_ACTIVITY_EXPORT)
    return ic_activity_new_export (order->desk, &media);
  if (self->kind == IC_ACTIVITY_SEND)
    return ic_activity_new_send (order->desk, &order->send);
  return ic_activity_new_retrieve (order->desk, order->source,
                                   (const char *const *) order->study_uids, order->patient);
}

IcActivityKind
ic_activity_get_kind (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), IC_ACTIVITY_RETRIEVE);
  return self->kind;
}

IcJob *
ic_activity_get_job (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return self->job;
}

IcUrgency
ic_activity_get_urgency (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), IC_URGENCY_ROUTINE);
  return self->urgency;
}

const char *
ic_activity_get_title (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return self->title;
}

const char *
ic_activity_get_output (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return self->kind == IC_ACTIVITY_EXPORT ? self->order.output : NULL;
}

const char *
ic_activity_get_request (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return self->request;
}

const char *
ic_activity_get_outcome (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return self->outcome;
}

gboolean
ic_activity_is_proved (IcActivity *self)
{
  IcTransfer *transfer = ic_activity_get_transfer (self);

  return transfer != NULL && ic_job_get_state (self->job) == IC_JOB_SUCCEEDED &&
         transfer->state == IC_TRANSFER_SUCCEEDED;
}

gboolean
ic_activity_is_finished (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), FALSE);
  return self->was_interrupted || ic_job_is_finished (self->job);
}

IcTransfer *
ic_activity_get_transfer (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return get_result (self).transfer;
}

GPtrArray *
ic_activity_get_notices (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return get_result (self).notices;
}

const IcExportResult *
ic_activity_get_export_result (IcActivity *self)
{
  g_return_val_if_fail (IC_IS_ACTIVITY (self), NULL);
  return self->kind == IC_ACTIVITY_EXPORT ? ic_job_get_result (self->job) : NULL;
}

void
ic_activity_cancel (IcActivity *self)
{
  g_return_if_fail (IC_IS_ACTIVITY (self));
  ic_job_cancel (self->job);
}

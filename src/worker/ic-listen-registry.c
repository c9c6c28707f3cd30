/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/ic-listen-registry.h"

#include "worker/ic-listen-private.h"

#include <string.h>

#define MAX_ID G_MAXUINT16
#define MAX_REFUSALS 32 /* told apart; the rest is counted as one */
#define TELL_AGAIN_US (60 * G_USEC_PER_SEC)

/* What one client said. */
typedef struct
{
  char **our_aets;
  GVariant *peers; /* a(ss) */
} Known;

typedef struct
{
  IcListenRefusal refusal;
  gint64 told_at; /* monotonic time, 0 for never */
} Note;

struct _IcListenRegistry
{
  GMutex mutex;
  GHashTable *known;     /* client → Known */
  GPtrArray *targets;    /* of IcListenTarget */
  guint16 last_id;       /* of a message */
  guint8 *given_ids;     /* whether each has been given before */
  GHashTable *addresses; /* address → number of connections */
  guint n_peers;         /* connections from addresses that are known */
  guint n_strangers;     /* from others */
  GHashTable *notes;     /* reason, address and titles joined → Note */
};

static void
known_free (gpointer data)
{
  Known *known = data;

  g_strfreev (known->our_aets);
  g_variant_unref (known->peers);
  g_free (known);
}

static void
clear_refusal (IcListenRefusal *refusal)
{
  g_free (refusal->address);
  g_free (refusal->called);
  g_free (refusal->calling);
  g_free (refusal->detail);
}

static void
refusal_free (gpointer data)
{
  clear_refusal (data);
  g_free (data);
}

static void
note_free (gpointer data)
{
  clear_refusal (&((Note *) data)->refusal);
  g_free (data);
}

/* Must be made before the sandbox closes: the first random number opens a file. */
IcListenRegistry *
ic_listen_registry_new (void)
{
  IcListenRegistry *self = g_new0 (IcListenRegistry, 1);

  g_mutex_init (&self->mutex);
  self->known = g_hash_table_new_full (NULL, NULL, NULL, known_free);
  self->targets = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_listen_target_unref);
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, note_free);
  self->given_ids = g_new0 (guint8, MAX_ID + 1);
  /* What a C-MOVE of an earlier listener still sends is not to be taken for one of ours. */
  self->last_id = (guint16) g_random_int ();
  return self;
}

void
ic_listen_registry_free (IcListenRegistry *self)
{
  g_hash_table_unref (self->known);
  g_ptr_array_unref (self->targets);
  g_hash_table_unref (self->addresses);
  g_hash_table_unref (self->notes);
  g_free (self->given_ids);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
ic_listen_registry_set_known (IcListenRegistry *self,
                              gpointer client,
                              const char *const *our_aets,
                              GVariant *peers)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Known *known = g_new0 (Known, 1);

  known->our_aets = g_strdupv ((char **) our_aets);
  known->peers = g_variant_ref_sink (peers);
  g_hash_table_replace (self->known, client, known);
}

static gboolean
is_live (IcListenRegistry *self, guint16 message_id)
{
  for (guint i = 0; i < self->targets->len; i++)
    if (((IcListenTarget *) self->targets->pdata[i])->message_id == message_id)
      return TRUE;
  return FALSE;
}

guint16
ic_listen_registry_expect (IcListenRegistry *self, gpointer client, const IcListenOrder *order)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  guint tries = 0;

  do
    self->last_id++;
  while ((self->last_id == 0 || is_live (self, self->last_id)) && ++tries <= MAX_ID);
  if (tries > MAX_ID)
    return 0;
  self->given_ids[self->last_id] = TRUE;
  g_ptr_array_add (self->targets, ic_listen_target_new (client, order, self->last_id));
  return self->last_id;
}

static IcListenTarget *
find_own (IcListenRegistry *self, gpointer client, guint16 message_id)
{
  for (guint i = 0; i < self->targets->len; i++)
    {
      IcListenTarget *target = self->targets->pdata[i];

      if (target->client == client && target->message_id == message_id)
        return target;
    }
  return NULL;
}

void
ic_listen_registry_forget (IcListenRegistry *self, gpointer client, guint16 message_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  IcListenTarget *target = find_own (self, client, message_id);

  if (target != NULL)
    g_ptr_array_remove (self->targets, target);
}

void
ic_listen_registry_drop_client (IcListenRegistry *self, gpointer client)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->known, client);
  for (guint i = self->targets->len; i > 0; i--)
    if (((IcListenTarget *) self->targets->pdata[i - 1])->client == client)
      g_ptr_array_remove_index (self->targets, i - 1);
}

IcListenTarget *
ic_listen_registry_find (IcListenRegistry *self, gpointer client, guint16 message_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  IcListenTarget *target = find_own (self, client, message_id);

  return target != NULL ? ic_listen_target_ref (target) : NULL;
}

gboolean
ic_listen_registry_expect_also (IcListenRegistry *self,
                                gpointer client,
                                guint16 message_id,
                                const char *const *uids)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  IcListenTarget *target = find_own (self, client, message_id);

  if (target != NULL)
    ic_listen_target_add_uids (target, uids);
  return target != NULL;
}

/* Who may connect */

typedef struct
{
  gboolean called;
  gboolean calling;
  gboolean address;
  gboolean both; /* calling and address of one peer */
} Match;

static void
match_peers (GVariant *peers, const IcPeer *peer, Match *match)
{
  for (gsize i = 0; i < g_variant_n_children (peers); i++)
    {
      const char *aet = NULL;
      const char *address = NULL;
      gboolean same_aet = FALSE;
      gboolean same_address = FALSE;

      g_variant_get_child (peers, i, "(&s&s)", &aet, &address);
      same_aet = peer->calling_aet != NULL && g_str_equal (aet, peer->calling_aet);
      same_address = g_str_equal (address, peer->address);
      match->calling |= same_aet;
      match->address |= same_address;
      match->both |= same_aet && same_address;
    }
}

static Match
match_known (IcListenRegistry *self, const IcPeer *peer)
{
  Match match = { 0 };
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Known *known = value;

      match.called |= peer->called_aet != NULL &&
                      g_strv_contains ((const char *const *) known->our_aets, peer->called_aet);
      match_peers (known->peers, peer, &match);
    }
  return match;
}

static guint
count_from (IcListenRegistry *self, const char *address)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->addresses, address));
}

static gboolean
is_stranger (IcListenRegistry *self, const char *address)
{
  const IcPeer peer = { .address = address };

  return !match_known (self, &peer).address;
}

/* Those who are known have room whatever strangers do. */
IcListenArrival
ic_listen_registry_arrive (IcListenRegistry *self, const char *address)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  const gboolean stranger = is_stranger (self, address);
  const guint n = stranger ? self->n_strangers : self->n_peers;

  if (n >= (stranger ? IC_LISTEN_MAX_STRANGERS : IC_LISTEN_MAX_CONNECTIONS))
    return IC_LISTEN_TOO_MANY;
  if (stranger)
    self->n_strangers++;
  else
    self->n_peers++;
  g_hash_table_replace (self->addresses, g_strdup (address),
                        GUINT_TO_POINTER (count_from (self, address) + 1));
  return stranger ? IC_LISTEN_STRANGER : IC_LISTEN_PEER;
}

void
ic_listen_registry_leave (IcListenRegistry *self, const char *address, IcListenArrival arrival)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  const guint left = count_from (self, address) - 1;

  if (arrival == IC_LISTEN_STRANGER)
    self->n_strangers--;
  else
    self->n_peers--;
  if (left > 0)
    g_hash_table_replace (self->addresses, g_strdup (address), GUINT_TO_POINTER (left));
  else
    g_hash_table_remove (self->addresses, address);
}

IcAdmission
ic_listen_registry_admit (IcListenRegistry *self, const IcPeer *peer)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  const Match match = match_known (self, peer);

  if (!match.called)
    return IC_ADMISSION_CALLED_AET;
  if (!match.calling)
    return IC_ADMISSION_CALLING_AET;
  if (!match.both)
    return IC_ADMISSION_ADDRESS;
  if (self->n_peers > IC_LISTEN_MAX_ASSOCIATIONS ||
      count_from (self, peer->address) > IC_LISTEN_MAX_PER_ADDRESS)
    return IC_ADMISSION_FULL;
  return IC_ADMISSION_ACCEPT;
}

/* Where instances belong */

static gboolean
is_peer_of (IcListenTarget *target, const IcPeer *peer)
{
  return g_str_equal (target->peer_aet, peer->calling_aet) &&
         g_strv_contains ((const char *const *) target->peer_addresses, peer->address);
}

static gboolean
is_our_title (IcListenRegistry *self, const char *aet)
{
  for (guint i = 0; i < self->targets->len; i++)
    if (g_str_equal (((IcListenTarget *) self->targets->pdata[i])->originator, aet))
      return TRUE;
  return FALSE;
}

static IcListenTarget *
find_by_message (IcListenRegistry *self, const IcPeer *peer, const IcStoreRequest *request)
{
  for (guint i = 0; i < self->targets->len; i++)
    {
      IcListenTarget *target = self->targets->pdata[i];

      if (target->message_id != request->originator_id)
        continue;
      if (g_str_equal (target->originator, request->originator_aet) ||
          (*request->originator_aet == '\0' && is_peer_of (target, peer)))
        return target;
    }
  return NULL;
}

/* The same image may be asked for twice over: whoever does not have it yet comes first. */
static IcListenTarget *
find_by_uid (IcListenRegistry *self, const IcPeer *peer, const char *uid)
{
  IcListenTarget *found = NULL;

  for (guint i = 0; i < self->targets->len; i++)
    {
      IcListenTarget *target = self->targets->pdata[i];
      gpointer sent = NULL;

      if (!is_peer_of (target, peer) ||
          !g_hash_table_lookup_extended (target->uids, uid, NULL, &sent))
        continue;
      if (!GPOINTER_TO_INT (sent))
        return target;
      found = found != NULL ? found : target;
    }
  return found;
}

static IcListenTarget *
find_by_peer (IcListenRegistry *self, const IcPeer *peer)
{
  IcListenTarget *found = NULL;

  for (guint i = 0; i < self->targets->len; i++)
    {
      if (!is_peer_of (self->targets->pdata[i], peer))
        continue;
      if (found != NULL)
        return NULL;
      found = self->targets->pdata[i];
    }
  return found;
}

static IcListenTarget *
find_target (IcListenRegistry *self, const IcPeer *peer, const IcStoreRequest *request)
{
  const gboolean anonymous = *request->originator_aet == '\0';
  const gboolean ours = anonymous || is_our_title (self, request->originator_aet);
  IcListenTarget *target = NULL;

  if (request->originator_id != 0)
    target = find_by_message (self, peer, request);
  if (target != NULL)
    return target;
  if (ours && request->originator_id != 0 && self->given_ids[request->originator_id])
    return NULL;
  target = find_by_uid (self, peer, request->sop_instance_uid);
  return target != NULL || !ours ? target : find_by_peer (self, peer);
}

IcListenTarget *
ic_listen_registry_route (IcListenRegistry *self, const IcPeer *peer, const IcStoreRequest *request)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  IcListenTarget *target = find_target (self, peer, request);

  if (target == NULL)
    return NULL;
  if (g_hash_table_contains (target->uids, request->sop_instance_uid))
    g_hash_table_insert (target->uids, g_strdup (request->sop_instance_uid),
                         GINT_TO_POINTER (TRUE));
  return ic_listen_target_ref (target);
}

/* Who was turned away */

static char *
dup_title (const char *text)
{
  char *title = g_strndup (text != NULL ? text : "", 16);

  for (char *c = title; *c != '\0'; c++)
    if (*c < ' ' || *c > '~')
      *c = '?';
  return title;
}

static gboolean
is_old (gpointer key, gpointer value, gpointer now)
{
  const Note *note = value;

  return note->refusal.count == 0 && *(gint64 *) now - note->told_at >= TELL_AGAIN_US;
}

static gboolean
has_room (IcListenRegistry *self)
{
  gint64 now = g_get_monotonic_time ();

  if (g_hash_table_size (self->notes) >= MAX_REFUSALS)
    g_hash_table_foreach_remove (self->notes, is_old, &now);
  return g_hash_table_size (self->notes) < MAX_REFUSALS;
}

static Note *
add_note (IcListenRegistry *self, const char *key, const char *reason)
{
  Note *note = g_new0 (Note, 1);

  note->refusal.reason = reason;
  g_hash_table_insert (self->notes, g_strdup (key), note);
  return note;
}

static void
tell_targets (IcListenRegistry *self, const char *address, const char *detail)
{
  for (guint i = 0; i < self->targets->len; i++)
    {
      IcListenTarget *target = self->targets->pdata[i];

      if (!g_strv_contains ((const char *const *) target->peer_addresses, address))
        continue;
      g_free (target->trouble);
      target->trouble = g_strdup (detail);
    }
}

char *
ic_listen_registry_dup_trouble (IcListenRegistry *self, gpointer client, guint16 message_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  IcListenTarget *target = find_own (self, client, message_id);

  return g_strdup (target != NULL && target->trouble != NULL ? target->trouble : "");
}

void
ic_listen_registry_note_refusal (IcListenRegistry *self,
                                 const char *reason,
                                 const IcPeer *peer,
                                 const char *detail)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autofree char *clean_called = dup_title (peer->called_aet);
  g_autofree char *clean_calling = dup_title (peer->calling_aet);
  g_autofree char *key = g_strjoin ("\n", reason, peer->address, clean_called, clean_calling,
                                    detail != NULL ? detail : "", NULL);
  Note *note = g_hash_table_lookup (self->notes, key);

  if (note == NULL && !has_room (self))
    {
      note = g_hash_table_lookup (self->notes, reason);
      if (note == NULL)
        note = add_note (self, reason, reason);
      g_clear_pointer (&note->refusal.address, g_free);
      note->refusal.address = g_strdup ("several");
    }
  else if (note == NULL)
    {
      note = add_note (self, key, reason);
      note->refusal.address = g_strdup (peer->address);
      note->refusal.called = g_steal_pointer (&clean_called);
      note->refusal.calling = g_steal_pointer (&clean_calling);
      note->refusal.detail = g_strdup (detail);
    }
  note->refusal.count++;
  if (detail != NULL)
    tell_targets (self, peer->address, detail);
}

GPtrArray *
ic_listen_registry_take_refusals (IcListenRegistry *self, gboolean all)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GPtrArray *taken = g_ptr_array_new_with_free_func (refusal_free);
  const gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Note *note = value;
      IcListenRefusal *copy = NULL;

      if (note->refusal.count == 0 ||
          (!all && note->told_at != 0 && now - note->told_at < TELL_AGAIN_US))
        continue;
      copy = g_new0 (IcListenRefusal, 1);
      *copy = note->refusal;
      copy->address = g_strdup (note->refusal.address);
      copy->called = g_strdup (note->refusal.called);
      copy->calling = g_strdup (note->refusal.calling);
      copy->detail = g_strdup (note->refusal.detail);
      g_ptr_array_add (taken, copy);
      note->refusal.count = 0;
      note->told_at = now;
    }
  return taken;
}

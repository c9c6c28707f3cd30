/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PACS with bad manners, for tests: C-ECHO, C-FIND, C-GET and C-MOVE over a folder of DICOM
 * files, on loopback, in every transfer syntax the files have. It prints its port on a line of
 * standard output when it is ready and runs until it is killed.
 *
 *   rude-pacs [OPTIONS] FOLDER
 *
 *   --port P                 listen there (0: any free port)
 *   --aet NAME               call ourselves so (RUDE); every called AE title is accepted
 *   --drop N                 the file of instance N is gone, its sub-operation fails
 *   --truncate N             hang up in the middle of data set N
 *   --shorten N              the second half of data set N is left out, unmentioned
 *   --die-after N            the process ends after N instances
 *   --duplicate N            send instance N twice
 *   --flip N                 the last byte of data set N is altered
 *   --wrong-uid N            C-STORE-RQ N names an instance that its data set is not
 *   --bad-uid N              C-STORE-RQ N names "../../etc/passwd" as its instance
 *   --extra                  an instance nobody asked for comes first
 *   --success-with-fewer[=N] the last N (1) are not sent, and all is called a success
 *   --grow                   the last file (by path) exists only after the first C-GET
 *   --no-image-level         C-FIND: the image level is refused with status 0xa900
 *   --hollow UID             C-FIND: nothing is below that study, and C-GET sends nothing of it
 *   --no-counts              C-FIND: (0020,1200) to (0020,1209) are left out
 *   --ignore-keys            C-FIND: only UIDs are matched
 *   --no-modalities          C-FIND: (0008,0061) is neither matched nor answered
 *   --warn                   C-FIND: the last status is a warning, 0xb001
 *   --other-id               every answer names another request than the one it is to
 *   --repeat N               C-FIND: each answer comes N times
 *   --slow MS                wait before each answer and each instance
 *   --crawl MS               wait before each piece of a data set
 *   --hang                   accept the association, never answer a request
 *   --hang-association       accept the connection, never answer the association request
 *   --abort                  answer every request but C-ECHO with A-ABORT
 *   --reject[=WHY]           reject associations: called (default), calling or limit
 *   --destination AET=PORT   C-MOVE: who may be sent to, on loopback; may be repeated
 *   --call-as AET            C-MOVE: call by this AE title
 *   --call-for AET           C-MOVE: call for this AE title
 *   --gate FILE              C-MOVE: the third instance waits until FILE exists
 *   --no-get                 C-GET is not offered
 *   --no-pending             C-MOVE: no answer before the last
 *   --no-originator          C-MOVE: C-STORE-RQ do not say what they belong to
 *   --one-each               C-MOVE: an association for each instance
 *   --early                  C-MOVE: the last answer comes before the last two instances
 *   --receive FOLDER         C-STORE: keep what comes there, and let C-FIND answer from there;
 * FOLDER/journal has a line for each request and answer
 *   --lose N                 C-STORE: say that instance N is stored, but drop it
 *   --full-at N              C-STORE: from instance N on we are out of resources, 0xa700
 *   --fail-store N           C-STORE: instance N cannot be understood, 0xc000
 *   --warn-store N           C-STORE: instance N was coerced, 0xb000
 *   --hang-up-in N           C-STORE: close the connection in the middle of instance N
 *   --hang-up-after N        C-STORE: keep instance N, close the connection before the answer
 *   --hold N                 C-STORE: keep instance N, never answer, wait for the connection's end
 *   --refuse-again           C-STORE: an instance that came before is a duplicate, 0x0111
 *   --refuse-class UID       accept no context for this class
 *   --refuse-syntax UID      accept no context that proposes this transfer syntax first
 *   --max-associations N     reject more than N at a time: local limit exceeded
 *   --serial                 serve one association after the other, as small receivers do
 *   --no-find                accept no context for C-FIND
 *   --commit HOW             storage commitment: all, but-first (one is not kept), forget-first
 * (one is not mentioned), later (no report), refuse (N-ACTION fails)
 *   --nagle                  leave Nagle's algorithm on, as DCMTK does unless told otherwise
 *
 * What is said of sending is true of C-GET and C-MOVE. Instances are counted from 1 in order of
 * their paths, for --die-after as they are sent, for C-STORE as they come.
 */
#include "rude-pacs.hh"

#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace
{

enum Option
{
  OPTION_PORT = 256,
  OPTION_AET,
  OPTION_DROP,
  OPTION_TRUNCATE,
  OPTION_SHORTEN,
  OPTION_DIE_AFTER,
  OPTION_DUPLICATE,
  OPTION_FLIP,
  OPTION_WRONG_UID,
  OPTION_BAD_UID,
  OPTION_EXTRA,
  OPTION_FEWER,
  OPTION_GROW,
  OPTION_NO_IMAGE_LEVEL,
  OPTION_HOLLOW,
  OPTION_NO_COUNTS,
  OPTION_IGNORE_KEYS,
  OPTION_NO_MODALITIES,
  OPTION_WARN,
  OPTION_OTHER_ID,
  OPTION_REPEAT,
  OPTION_SLOW,
  OPTION_CRAWL,
  OPTION_HANG,
  OPTION_HANG_ASSOCIATION,
  OPTION_ABORT,
  OPTION_REJECT,
  OPTION_NAGLE,
  OPTION_DESTINATION,
  OPTION_CALL_AS,
  OPTION_CALL_FOR,
  OPTION_GATE,
  OPTION_NO_GET,
  OPTION_NO_PENDING,
  OPTION_NO_ORIGINATOR,
  OPTION_ONE_EACH,
  OPTION_EARLY,
  OPTION_RECEIVE,
  OPTION_LOSE,
  OPTION_FULL_AT,
  OPTION_FAIL_STORE,
  OPTION_WARN_STORE,
  OPTION_HANG_UP_IN,
  OPTION_HANG_UP_AFTER,
  OPTION_HOLD,
  OPTION_REFUSE_AGAIN,
  OPTION_REFUSE_CLASS,
  OPTION_REFUSE_SYNTAX,
  OPTION_MAX_ASSOCIATIONS,
  OPTION_NO_FIND,
  OPTION_SERIAL,
  OPTION_COMMIT,
};

const option options[] = {
  { "port", required_argument, nullptr, OPTION_PORT },
  { "aet", required_argument, nullptr, OPTION_AET },
  { "drop", required_argument, nullptr, OPTION_DROP },
  { "truncate", required_argument, nullptr, OPTION_TRUNCATE },
  { "shorten", required_argument, nullptr, OPTION_SHORTEN },
  { "die-after", required_argument, nullptr, OPTION_DIE_AFTER },
  { "duplicate", required_argument, nullptr, OPTION_DUPLICATE },
  { "flip", required_argument, nullptr, OPTION_FLIP },
  { "wrong-uid", required_argument, nullptr, OPTION_WRONG_UID },
  { "bad-uid", required_argument, nullptr, OPTION_BAD_UID },
  { "extra", no_argument, nullptr, OPTION_EXTRA },
  { "success-with-fewer", optional_argument, nullptr, OPTION_FEWER },
  { "grow", no_argument, nullptr, OPTION_GROW },
  { "no-image-level", no_argument, nullptr, OPTION_NO_IMAGE_LEVEL },
  { "hollow", required_argument, nullptr, OPTION_HOLLOW },
  { "no-counts", no_argument, nullptr, OPTION_NO_COUNTS },
  { "ignore-keys", no_argument, nullptr, OPTION_IGNORE_KEYS },
  { "no-modalities", no_argument, nullptr, OPTION_NO_MODALITIES },
  { "warn", no_argument, nullptr, OPTION_WARN },
  { "other-id", no_argument, nullptr, OPTION_OTHER_ID },
  { "repeat", required_argument, nullptr, OPTION_REPEAT },
  { "slow", required_argument, nullptr, OPTION_SLOW },
  { "crawl", required_argument, nullptr, OPTION_CRAWL },
  { "hang", no_argument, nullptr, OPTION_HANG },
  { "hang-association", no_argument, nullptr, OPTION_HANG_ASSOCIATION },
  { "abort", no_argument, nullptr, OPTION_ABORT },
  { "reject", optional_argument, nullptr, OPTION_REJECT },
  { "nagle", no_argument, nullptr, OPTION_NAGLE },
  { "destination", required_argument, nullptr, OPTION_DESTINATION },
  { "call-as", required_argument, nullptr, OPTION_CALL_AS },
  { "call-for", required_argument, nullptr, OPTION_CALL_FOR },
  { "gate", required_argument, nullptr, OPTION_GATE },
  { "no-get", no_argument, nullptr, OPTION_NO_GET },
  { "no-pending", no_argument, nullptr, OPTION_NO_PENDING },
  { "no-originator", no_argument, nullptr, OPTION_NO_ORIGINATOR },
  { "one-each", no_argument, nullptr, OPTION_ONE_EACH },
  { "early", no_argument, nullptr, OPTION_EARLY },
  { "receive", required_argument, nullptr, OPTION_RECEIVE },
  { "lose", required_argument, nullptr, OPTION_LOSE },
  { "full-at", required_argument, nullptr, OPTION_FULL_AT },
  { "fail-store", required_argument, nullptr, OPTION_FAIL_STORE },
  { "warn-store", required_argument, nullptr, OPTION_WARN_STORE },
  { "hang-up-in", required_argument, nullptr, OPTION_HANG_UP_IN },
  { "hang-up-after", required_argument, nullptr, OPTION_HANG_UP_AFTER },
  { "hold", required_argument, nullptr, OPTION_HOLD },
  { "refuse-again", no_argument, nullptr, OPTION_REFUSE_AGAIN },
  { "refuse-class", required_argument, nullptr, OPTION_REFUSE_CLASS },
  { "refuse-syntax", required_argument, nullptr, OPTION_REFUSE_SYNTAX },
  { "max-associations", required_argument, nullptr, OPTION_MAX_ASSOCIATIONS },
  { "no-find", no_argument, nullptr, OPTION_NO_FIND },
  { "serial", no_argument, nullptr, OPTION_SERIAL },
  { "commit", required_argument, nullptr, OPTION_COMMIT },
  { nullptr, 0, nullptr, 0 },
};

struct Settings
{
  Faults faults;
  int port = 0;
  bool nagle = false;
  bool serial = false;
  std::string receive;
  std::string aet = "RUDE";
};

int *
number_of (Faults &faults, int option)
{
  switch (option)
    {
    case OPTION_DROP:
      return &faults.drop;
    case OPTION_TRUNCATE:
      return &faults.truncate;
    case OPTION_SHORTEN:
      return &faults.shorten;
    case OPTION_DIE_AFTER:
      return &faults.die_after;
    case OPTION_DUPLICATE:
      return &faults.duplicate;
    case OPTION_FLIP:
      return &faults.flip;
    case OPTION_WRONG_UID:
      return &faults.wrong_uid;
    case OPTION_BAD_UID:
      return &faults.bad_uid;
    case OPTION_REPEAT:
      return &faults.repeat;
    case OPTION_SLOW:
      return &faults.slow_ms;
    case OPTION_CRAWL:
      return &faults.crawl_ms;
    case OPTION_LOSE:
      return &faults.lose;
    case OPTION_FULL_AT:
      return &faults.full_at;
    case OPTION_FAIL_STORE:
      return &faults.fail_store;
    case OPTION_WARN_STORE:
      return &faults.warn_store;
    case OPTION_HANG_UP_IN:
      return &faults.hang_up_in;
    case OPTION_HANG_UP_AFTER:
      return &faults.hang_up_after;
    case OPTION_HOLD:
      return &faults.hold;
    case OPTION_MAX_ASSOCIATIONS:
      return &faults.max_associations;
    default:
      return nullptr;
    }
}

bool *
flag_of (Settings &settings, int option)
{
  switch (option)
    {
    case OPTION_EXTRA:
      return &settings.faults.extra;
    case OPTION_GROW:
      return &settings.faults.grow;
    case OPTION_NO_IMAGE_LEVEL:
      return &settings.faults.no_image_level;
    case OPTION_NO_COUNTS:
      return &settings.faults.no_counts;
    case OPTION_IGNORE_KEYS:
      return &settings.faults.ignore_keys;
    case OPTION_NO_MODALITIES:
      return &settings.faults.no_modalities;
    case OPTION_WARN:
      return &settings.faults.warn;
    case OPTION_OTHER_ID:
      return &settings.faults.other_id;
    case OPTION_HANG:
      return &settings.faults.hang;
    case OPTION_HANG_ASSOCIATION:
      return &settings.faults.hang_association;
    case OPTION_ABORT:
      return &settings.faults.abort;
    case OPTION_NAGLE:
      return &settings.nagle;
    case OPTION_NO_GET:
      return &settings.faults.no_get;
    case OPTION_NO_PENDING:
      return &settings.faults.no_pending;
    case OPTION_NO_ORIGINATOR:
      return &settings.faults.no_originator;
    case OPTION_ONE_EACH:
      return &settings.faults.one_each;
    case OPTION_EARLY:
      return &settings.faults.early;
    case OPTION_NO_FIND:
      return &settings.faults.no_find;
    case OPTION_REFUSE_AGAIN:
      return &settings.faults.refuse_again;
    case OPTION_SERIAL:
      return &settings.serial;
    default:
      return nullptr;
    }
}

std::string *
text_of (Settings &settings, int option)
{
  switch (option)
    {
    case OPTION_AET:
      return &settings.aet;
    case OPTION_CALL_AS:
      return &settings.faults.call_as;
    case OPTION_CALL_FOR:
      return &settings.faults.call_for;
    case OPTION_GATE:
      return &settings.faults.gate;
    case OPTION_RECEIVE:
      return &settings.receive;
    case OPTION_REFUSE_CLASS:
      return &settings.faults.refuse_class;
    case OPTION_REFUSE_SYNTAX:
      return &settings.faults.refuse_syntax;
    case OPTION_HOLLOW:
      return &settings.faults.hollow;
    case OPTION_COMMIT:
      return &settings.faults.commit;
    default:
      return nullptr;
    }
}

bool
add_destination (Settings &settings, const std::string &pair)
{
  size_t at = pair.find ('=');

  if (at == std::string::npos)
    return false;
  settings.faults.destinations[pair.substr (0, at)] = atoi (pair.c_str () + at + 1);
  return true;
}

bool
take_option (Settings &settings, int option)
{
  if (int *number = number_of (settings.faults, option))
    *number = atoi (optarg);
  else if (bool *flag = flag_of (settings, option))
    *flag = true;
  else if (option == OPTION_PORT)
    settings.port = atoi (optarg);
  else if (option == OPTION_DESTINATION)
    return add_destination (settings, optarg);
  else if (std::string *text = text_of (settings, option))
    *text = optarg;
  else if (option == OPTION_FEWER)
    settings.faults.fewer = optarg != nullptr ? atoi (optarg) : 1;
  else if (option == OPTION_REJECT)
    settings.faults.reject = optarg != nullptr ? optarg : "called";
  else
    return false;
  return true;
}

/* DCMTK would listen on every interface; with a socket given it does not listen at all. */
int
listen_on_loopback (int *port)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  sockaddr_in address = {};
  socklen_t size = sizeof address;

  address.sin_family = AF_INET;
  address.sin_port = htons ((uint16_t) *port);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind (fd, reinterpret_cast<sockaddr *> (&address), size) != 0 || listen (fd, 16) != 0 ||
      getsockname (fd, reinterpret_cast<sockaddr *> (&address), &size) != 0)
    return -1;
  *port = ntohs (address.sin_port);
  return fd;
}

int
run (Settings &settings, Archive &archive, Receiver &receiver)
{
  T_ASC_Network *network = nullptr;
  int fd = listen_on_loopback (&settings.port);

  dcmExternalSocketHandle.set (fd);
  if (fd < 0 || ASC_initializeNetwork (NET_ACCEPTOR, settings.port, 30, &network).bad ())
    return 1;
  printf ("%d\n", settings.port);
  fflush (stdout);
  if (settings.faults.hang_association)
    for (;;)
      pause ();
  for (;;)
    {
      T_ASC_Association *association = nullptr;
      int peer = accept4 (fd, nullptr, nullptr, SOCK_CLOEXEC);

      if (peer < 0)
        continue;
      dcmExternalSocketHandle.set (peer); /* instead of DCMTK's own accept() */
      if (ASC_receiveAssociation (network, &association, ASC_DEFAULTMAXPDU).bad ())
        {
          ASC_destroyAssociation (&association);
          continue;
        }
      std::thread service (serve, association, std::ref (archive), std::ref (receiver),
                           std::cref (settings.faults), settings.aet);

      if (settings.serial)
        service.join ();
      else
        service.detach ();
    }
}

} // namespace

int
main (int argc, char **argv)
{
  Settings settings;
  Archive archive;
  int option;

  while ((option = getopt_long (argc, argv, "", options, nullptr)) != -1)
    if (!take_option (settings, option))
      return 2;
  if (optind + 1 != argc)
    return 2;
  OFLog::configure (OFLogger::OFF_LOG_LEVEL);
  dcmDisableGethostbyaddr.set (OFTrue);
  if (!settings.nagle)
    setenv ("TCP_NODELAY", "1", 1);
  if (!archive.load (argv[optind], settings.faults.grow))
    {
      fprintf (stderr, "no DICOM file below %s\n", argv[optind]);
      return 1;
    }
  Receiver receiver (settings.faults);

  receiver.folder = settings.receive;
  return run (settings, archive, receiver);
}

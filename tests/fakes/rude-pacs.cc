/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PACS with bad manners, for tests: C-ECHO, C-FIND and C-GET over a folder of DICOM files, on
 * loopback, in every transfer syntax the files have. It prints its port on a line of standard
 * output when it is ready and runs until it is killed.
 *
 *   rude-pacs [OPTIONS] FOLDER
 *
 *   --port P                 listen there (0: any free port)
 *   --aet NAME               call ourselves so (RUDE); every called AE title is accepted
 *   --drop N                 C-GET: the file of instance N is gone, its sub-operation fails
 *   --truncate N             C-GET: hang up in the middle of data set N
 *   --shorten N              C-GET: the second half of data set N is left out, unmentioned
 *   --die-after N            C-GET: the process ends after N instances
 *   --duplicate N            C-GET: send instance N twice
 *   --flip N                 C-GET: the last byte of data set N is altered
 *   --wrong-uid N            C-GET: C-STORE-RQ N names an instance that its data set is not
 *   --bad-uid N              C-GET: C-STORE-RQ N names "../../etc/passwd" as its instance
 *   --extra                  C-GET: an instance nobody asked for comes first
 *   --success-with-fewer[=N] C-GET: the last N (1) are not sent, and all is called a success
 *   --grow                   the last file (by path) exists only after the first C-GET
 *   --no-image-level         C-FIND: the image level is refused with status 0xa900
 *   --no-counts              C-FIND: (0020,1200) to (0020,1209) are left out
 *   --ignore-keys            C-FIND: only UIDs are matched
 *   --no-modalities          C-FIND: (0008,0061) is neither matched nor answered
 *   --warn                   C-FIND: the last status is a warning, 0xb001
 *   --other-id               every answer names another request than the one it is to
 *   --repeat N               C-FIND: each answer comes N times
 *   --slow MS                wait before each answer and each instance
 *   --crawl MS               C-GET: wait before each piece of a data set
 *   --hang                   accept the association, never answer a request
 *   --hang-association       accept the connection, never answer the association request
 *   --abort                  answer every request but C-ECHO with A-ABORT
 *   --reject[=WHY]           reject associations: called (default), calling or limit
 *   --nagle                  leave Nagle's algorithm on, as DCMTK does unless told otherwise
 *
 * Instances are counted from 1 in order of their paths, for --die-after as they are sent.
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
  { nullptr, 0, nullptr, 0 },
};

struct Settings
{
  Faults faults;
  int port = 0;
  bool nagle = false;
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
    default:
      return nullptr;
    }
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
  else if (option == OPTION_AET)
    settings.aet = optarg;
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
run (Settings &settings, Archive &archive)
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
      if (ASC_receiveAssociation (network, &association, ASC_DEFAULTMAXPDU).good ())
        std::thread (serve, association, std::ref (archive), std::cref (settings.faults),
                     settings.aet)
            .detach ();
      else
        ASC_destroyAssociation (&association);
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
  return run (settings, archive);
}

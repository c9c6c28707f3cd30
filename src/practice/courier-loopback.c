/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into dcmqrscp, which has no option for the address it listens on: it would take calls
 * from the whole network. Here every socket it binds to "any address" is bound to 127.0.0.1.
 */
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef int (*BindFunc) (int fd, const struct sockaddr *address, socklen_t size);

__attribute__ ((visibility ("default"))) int
bind (int fd, const struct sockaddr *address, socklen_t size)
{
  BindFunc next = NULL;
  void *symbol = dlsym (RTLD_NEXT, "bind");
  struct sockaddr_in inet;

  memcpy (&next, &symbol, sizeof next);
  if (address->sa_family != AF_INET || size < sizeof inet)
    return next (fd, address, size);
  memcpy (&inet, address, sizeof inet);
  inet.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  return next (fd, (const struct sockaddr *) &inet, sizeof inet);
}

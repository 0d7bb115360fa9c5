/* The interface of a Gossamer parser plugin: a shared object that turns pages into items and links. Plain
 * C99; the only header a plugin needs. docs/plugins.md is the guide.
 *
 * A plugin exports one function, GOSSAMER_PLUGIN_ENTRY, that describes it. The host then creates instances
 * and hands them pages; what an instance finds it reports through the sink.
 *
 * Threads: an instance is used by one thread at a time, but several instances by several threads at once, so
 * what is not in the instance (globals, C libraries) must bear that. create() and destroy() may run on any
 * thread. Memory: whatever the host passes to parse() is the host's and valid until parse() returns; whatever
 * a plugin passes to the sink is the plugin's and is copied before the sink's function returns. Neither side
 * frees what the other allocated. Faults: a plugin runs inside the crawler. It must not let a C++ exception
 * out, exit, or change signal handlers, the locale or the working directory. */
#ifndef GOSSAMER_PLUGIN_API_H
#define GOSSAMER_PLUGIN_API_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a plugin built for the old version would no longer work. New members are only ever added at the
 * end of a struct, within a version; struct_size, set by whoever fills the struct, tells which are there. */
#define GOSSAMER_PLUGIN_ABI_VERSION 1u

#if defined(_WIN32)
#define GOSSAMER_PLUGIN_EXPORT __declspec(dllexport)
#else
#define GOSSAMER_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

/* Text or bytes, not NUL-terminated; data may be NULL when size is 0. */
typedef struct gossamer_string {
  const char* data;
  size_t size;
} gossamer_string;

typedef enum gossamer_status { GOSSAMER_OK = 0, GOSSAMER_ERROR = 1 } gossamer_status;

/* One page, its content codings removed. */
typedef struct gossamer_page {
  size_t struct_size;
  gossamer_string url;          /* absolute, after redirects; empty for a file */
  gossamer_string content_type; /* the whole header value, empty if absent */
  gossamer_string body;         /* as it came */
  gossamer_string text;     /* the body as valid UTF-8; empty for what is not text (images, archives, ...) */
  gossamer_string encoding; /* what the text was decoded from, e.g. "windows-1252"; empty without text */
} gossamer_page;

/* A link to follow like the <a> of a page. */
typedef struct gossamer_link {
  size_t struct_size;
  gossamer_string url;  /* absolute, or relative to the page's base; UTF-8 */
  gossamer_string rel;  /* as in <a rel>, e.g. "nofollow"; may be empty */
  gossamer_string text; /* may be empty; UTF-8 */
} gossamer_link;

/* Where an instance reports what it found in the page at hand; valid during parse(). `context` is handed back
 * in every call. A function that returns GOSSAMER_ERROR has refused, and the page has failed whatever parse()
 * returns: it should give up. */
typedef struct gossamer_sink {
  size_t struct_size;
  void* context;

  /* One item: a JSON object in UTF-8, of at most 1 MB. Refused: anything else, and more from a page
   * than the host has memory for. */
  gossamer_status (*emit_item)(void* context, gossamer_string json);

  gossamer_status (*emit_link)(void* context, const gossamer_link* link);

  /* The page's title, in place of the one that a later parser would find. */
  void (*set_title)(void* context, gossamer_string title);

  /* Says in one line of UTF-8 why parse() is going to return GOSSAMER_ERROR. */
  void (*set_error)(void* context, gossamer_string message);
} gossamer_sink;

/* A plugin's description: a constant that lives as long as the plugin is loaded. */
typedef struct gossamer_plugin {
  uint32_t
      abi_version; /* GOSSAMER_PLUGIN_ABI_VERSION of the header it was built with; always the first member */
  size_t struct_size;  /* sizeof(gossamer_plugin) */
  const char* name;    /* one word, stands before error messages */
  const char* version; /* the plugin's own, may be NULL */

  /* The media types it wants to see, in lower case, without parameters, NULL at the end:
   * {"text/html", "application/xhtml+xml", NULL} */
  const char* const* media_types;

  /* An instance, or NULL if it cannot work. Both may be NULL together: the instance is then NULL. */
  void* (*create)(void);
  void (*destroy)(void* instance);

  /* Looks at one page. GOSSAMER_ERROR: the page has failed, nothing of it is kept; set_error() tells why. */
  gossamer_status (*parse)(void* instance, const gossamer_page* page, const gossamer_sink* sink);
} gossamer_plugin;

/* What a plugin exports, under this name. It gets the host's ABI version and may answer NULL: "not with that
 * host". */
#define GOSSAMER_PLUGIN_ENTRY gossamer_plugin_entry
typedef const gossamer_plugin* (*gossamer_plugin_entry_function)(uint32_t host_abi_version);
GOSSAMER_PLUGIN_EXPORT const gossamer_plugin* gossamer_plugin_entry(uint32_t host_abi_version);

#ifdef __cplusplus
}
#endif

#endif /* GOSSAMER_PLUGIN_API_H */

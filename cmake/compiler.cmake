# C++23 with clang >= 19. Everything else is refused, because GCC miscompiles coroutines (see the message).
option(GOSSAMER_UNSUPPORTED_COMPILER "Build with a compiler that is known or feared to break coroutines" OFF)
option(GOSSAMER_WERROR "Treat warnings as errors" OFF)
set(GOSSAMER_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=, for all of the project's code")

if(NOT GOSSAMER_UNSUPPORTED_COMPILER AND
   NOT (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 19))
  message(FATAL_ERROR
    "Gossamer needs clang >= 19; this is ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}. "
    "g++ 12 destroys temporaries of a co_await expression twice and overflows the stack at -O0 and under "
    "AddressSanitizer. Use -DCMAKE_CXX_COMPILER=clang++-19 (Debian 12: package clang-19), script/build, or, "
    "at your own risk, -DGOSSAMER_UNSUPPORTED_COMPILER=ON.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(GOSSAMER_CCACHE ccache)
if(GOSSAMER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${GOSSAMER_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${GOSSAMER_CCACHE}")
endif()

# Flags of our own targets; a consumer of the installed library does not inherit them.
add_library(gossamer_flags INTERFACE)
target_compile_options(gossamer_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough -Wunreachable-code
  -Wno-missing-designated-field-initializers)  # what is left out has its default in the struct
if(GOSSAMER_WERROR)
  target_compile_options(gossamer_flags INTERFACE -Werror)
endif()
if(GOSSAMER_SANITIZE)
  # Without vptr: its check opens a pipe, so it reports objects it cannot read where a test has no descriptors left.
  add_compile_options(
    -fsanitize=${GOSSAMER_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GOSSAMER_SANITIZE})
endif()
if(EXISTS /usr/bin/ld.lld-19)
  add_link_options(-fuse-ld=lld-19)
endif()

# The allocator of our programs; the library leaves the choice to whoever links it. glibc's slows down as a long
# crawl fragments its heap: at 300,000 URLs a page costs a fifth less with this one. Sanitizers bring their own.
find_package(PkgConfig REQUIRED)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
add_library(gossamer_allocator INTERFACE)
if(NOT GOSSAMER_SANITIZE)
  target_link_libraries(gossamer_allocator INTERFACE PkgConfig::jemalloc)
endif()

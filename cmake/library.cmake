# gossamer_library(<name> SOURCES <file>... [LINK <public target>...] [LINK_PRIVATE <target>...])
# declares the static library gossamer_<name>, alias gossamer::<name>, part of the installed package.
function(gossamer_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
  set(target gossamer_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(gossamer::${name} ALIAS ${target})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/gossamer>)
  target_compile_features(${target} PUBLIC cxx_std_23)
  target_link_libraries(${target} PUBLIC ${ARG_LINK} PRIVATE ${ARG_LINK_PRIVATE} $<BUILD_INTERFACE:gossamer_flags>)
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  set_property(GLOBAL APPEND PROPERTY GOSSAMER_LIBRARIES ${target})
endfunction()

# gossamer_test(<name> SOURCES <file>... LINK <target>... [LABELS <label>...] [SERIAL]): one GoogleTest program, one ctest
# entry a test; SERIAL: nothing else runs beside them.
function(gossamer_test name)
  cmake_parse_arguments(ARG "SERIAL" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/support/live_objects_listener.cpp)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} gossamer_flags GTest::gmock GTest::gtest_main)
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(threaded_tests ${name})
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300 RUN_SERIAL ${ARG_SERIAL}
                       LABELS "${ARG_LABELS}")
endfunction()

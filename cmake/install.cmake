# cmake --install: the command, the libraries, their headers (under include/gossamer, included as in this tree) and the
# CMake package: find_package(gossamer) gives gossamer::gossamer.
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY GOSSAMER_LIBRARIES)
add_library(gossamer_all INTERFACE)
add_library(gossamer::gossamer ALIAS gossamer_all)
target_link_libraries(gossamer_all INTERFACE gossamer_crawler)
set_target_properties(gossamer_all PROPERTIES EXPORT_NAME gossamer)

install(TARGETS gossamer)
install(TARGETS ${libraries} gossamer_all EXPORT gossamer-targets)
install(DIRECTORY net plugins storage crawler DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gossamer
  FILES_MATCHING PATTERN "*.h")

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/gossamer)
install(EXPORT gossamer-targets NAMESPACE gossamer:: DESTINATION ${package})
configure_package_config_file(cmake/gossamer-config.cmake.in gossamer-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(gossamer-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/gossamer-config.cmake
  ${PROJECT_BINARY_DIR}/gossamer-config-version.cmake
  cmake/dependencies.cmake
  DESTINATION ${package})

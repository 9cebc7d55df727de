# sw_module(<folder> SOURCES ... HEADERS ... [DEPENDS ...] [PRIVATE ...])
#
# A folder is a static library with an include root of its own (a link in the build tree), so
# that #include "x/y.h" compiles only where the folder depends on x.  HEADERS must compile
# alone (target all_verify_interface_header_sets).  PRIVATE names the third-party libraries
# that stay inside the folder.
function(sw_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;DEPENDS;PRIVATE")
  set(root ${PROJECT_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${name} SYMBOLIC)
  list(TRANSFORM arg_HEADERS PREPEND ${root}/${name}/)

  add_library(${name} STATIC ${arg_SOURCES})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${root} FILES ${arg_HEADERS})
  target_compile_definitions(${name} PRIVATE _DEFAULT_SOURCE)   # pcap.h needs u_char
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE} sw_warnings)
endfunction()

# sw_test(<module> <name>...): tests/<module>/<name>.c, linked to that module and what it
# depends on, and to the test helpers.
function(sw_test module)
  foreach(name IN LISTS ARGN)
    add_executable(${name} ${PROJECT_SOURCE_DIR}/tests/${module}/${name}.c)
    target_compile_definitions(${name} PRIVATE _DEFAULT_SOURCE
      SW_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SW_BINARY_DIR="${PROJECT_BINARY_DIR}")
    target_link_libraries(${name} PRIVATE ${module} test_support PkgConfig::CMOCKA sw_warnings)
    add_test(NAME ${module}.${name} COMMAND ${name})
    set_tests_properties(${module}.${name} PROPERTIES TIMEOUT 300)
  endforeach()
endfunction()

# sw_fuzz(<module> <name>): tests/fuzz/<name>.c.  With any compiler a test replays
# tests/corpus/<name> through it; with SW_FUZZ (clang) it is also a libFuzzer program.
function(sw_fuzz module name)
  set(sources ${PROJECT_SOURCE_DIR}/tests/fuzz/${name}.c ${PROJECT_SOURCE_DIR}/tests/fuzz/known_leaks.c ${PROJECT_SOURCE_DIR}/tests/fuzz/memory_file.c)
  add_executable(${name}_replay ${sources} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
  target_compile_definitions(${name}_replay PRIVATE _GNU_SOURCE)
  target_link_libraries(${name}_replay PRIVATE ${module} sw_warnings)
  add_test(NAME ${module}.${name} COMMAND ${name}_replay ${PROJECT_SOURCE_DIR}/tests/corpus/${name})
  if(SW_FUZZ)
    add_executable(${name} ${sources})
    target_compile_definitions(${name} PRIVATE _GNU_SOURCE)
    target_link_libraries(${name} PRIVATE ${module} sw_warnings)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()

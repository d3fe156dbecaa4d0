# Tests that run the program, and the checks of the sources: registered in one build only, the release build.

# The program without the repair of what this machine dropped, so that a test can show what it is good for.
add_executable(ringsweep_without_repair ${PROJECT_SOURCE_DIR}/src/cli/main.cc altered/without_repair.cc)
target_link_libraries(ringsweep_without_repair PRIVATE ringsweep_cli)
target_link_options(ringsweep_without_repair PRIVATE -Wl,--wrap=_ZN9ringsweep6Flight14void_in_flightEl)
set_target_properties(ringsweep_without_repair PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
set_target_properties(tun_responder PROPERTIES EXCLUDE_FROM_ALL OFF)

# Each *_test.py below a folder is one test whose label is the folder's name. One that skips anything says so by status 77.
function(ringsweep_script_tests label timeout_s)
  file(GLOB_RECURSE scripts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${label}/*_test.py)
  foreach(script IN LISTS scripts)
    cmake_path(GET script STEM stem)
    string(REGEX REPLACE "_test$" "" subject ${stem})
    set(name ${label}.${subject})
    add_test(NAME ${name} COMMAND /usr/bin/python3 -B ${script})
    set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout_s} SKIP_RETURN_CODE 77)
    set_tests_properties(${name} PROPERTIES
      ENVIRONMENT "RINGSWEEP=$<TARGET_FILE:ringsweep>;PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}/support")
  endforeach()
endfunction()

ringsweep_script_tests(cli 120)
ringsweep_script_tests(netns 300)
ringsweep_script_tests(long 7200)

# The kernel has one neighbour table for all namespaces: what others put into it would be held against the sweep.
set_tests_properties(netns.on_link PROPERTIES RUN_SERIAL ON)
# What it measures is the network only as long as this machine is not the limit.
set_tests_properties(netns.throughput PROPERTIES RUN_SERIAL ON)

add_test(NAME check COMMAND ${PROJECT_SOURCE_DIR}/scripts/check)
set_tests_properties(check PROPERTIES LABELS tidy PROCESSORS 2 TIMEOUT 1200)

# It compiles the whole program.
set_tests_properties(cli.plain_build PROPERTIES PROCESSORS 2 TIMEOUT 900)

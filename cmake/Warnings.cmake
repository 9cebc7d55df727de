# The one set of warnings, carried by the target sw_warnings.  The presets make them errors.
include(CheckCCompilerFlag)

add_library(sw_warnings INTERFACE)
target_compile_options(sw_warnings INTERFACE
  -Wall -Wextra -Wpedantic
  -Wconversion -Wsign-conversion -Wdouble-promotion
  -Wcast-align -Wcast-qual -Wpointer-arith -Wwrite-strings
  -Wshadow -Wundef -Wvla -Wformat=2 -Wswitch-enum
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition)
foreach(flag IN ITEMS -Wlogical-op -Wduplicated-cond -Wcomma -Wconditional-uninitialized)
  string(MAKE_C_IDENTIFIER "has${flag}" has)
  check_c_compiler_flag(${flag} ${has})
  if(${has})
    target_compile_options(sw_warnings INTERFACE ${flag})
  endif()
endforeach()

# What every target of the project is built with: include root, warnings, sanitizers, ccache, one shared precompiled header.

find_program(PENSTOCK_CCACHE ccache)
if(PENSTOCK_CCACHE)
  # Precompiled headers are cached only when ccache is told that their time stamps may differ.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                                  ${PENSTOCK_CCACHE})
endif()

add_library(penstock_options INTERFACE)
target_include_directories(penstock_options INTERFACE ${PROJECT_SOURCE_DIR})
# -fPIC for programs too, which would get -fPIE: the shared precompiled header serves one of them only.
target_compile_options(penstock_options INTERFACE -Wall -Wextra -fPIC)
target_compile_definitions(penstock_options INTERFACE PENSTOCK_VERSION="${PROJECT_VERSION}" QT_NO_KEYWORDS)
target_link_libraries(penstock_options INTERFACE Qt6::Core Qt6::Network Qt6::Sql nlohmann_json::nlohmann_json Threads::Threads)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND PENSTOCK_CCACHE)
  target_compile_options(penstock_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(penstock_options INTERFACE -fpch-preprocess)
endif()
if(PENSTOCK_WERROR)
  target_compile_options(penstock_options INTERFACE -Werror)
endif()
if(PENSTOCK_SANITIZE)
  target_compile_options(penstock_options INTERFACE -fsanitize=${PENSTOCK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(penstock_options INTERFACE -fsanitize=${PENSTOCK_SANITIZE})
endif()

file(WRITE ${PROJECT_BINARY_DIR}/pch.cpp "// carries the shared precompiled header\n")
add_library(penstock_pch OBJECT ${PROJECT_BINARY_DIR}/pch.cpp)
target_link_libraries(penstock_pch PRIVATE penstock_options)
set_target_properties(penstock_pch PROPERTIES AUTOMOC OFF)
target_precompile_headers(penstock_pch PRIVATE
  <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <string_view> <unordered_map> <variant> <vector>
  <nlohmann/json.hpp> <QtCore/QtCore> <QtNetwork/QtNetwork>)

# penstock_library(NAME SOURCES... ): a static library built with the project's options.
function(penstock_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC penstock_options)
  target_precompile_headers(${name} REUSE_FROM penstock_pch)
endfunction()

# penstock_program(NAME SOURCES...): an executable built with the project's options.
function(penstock_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE penstock_options)
  target_precompile_headers(${name} REUSE_FROM penstock_pch)
endfunction()

// TensorFlow 2.21 writes a greeting to stderr while its library loads, and reads TF_CPP_MIN_LOG_LEVEL only later. Linked with
// `-z initfirst`, this constructor runs before those of TensorFlow and sets the level that the variable asks for. The symbol is
// weak: a TensorFlow without it (an older one heeds the variable by itself) loads as well.
#include <cstdlib>

extern "C" void set_min_log_level(int level) __asm__(
    "_ZN4absl12lts_2025081412log_internal17RawSetMinLogLevelENS0_18LogSeverityAtLeastE") __attribute__((weak));

__attribute__((constructor)) static void heed_log_level() {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level && set_min_log_level) set_min_log_level(std::atoi(level));
}

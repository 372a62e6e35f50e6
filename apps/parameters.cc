// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/case.h>

#include <iostream>

namespace fe2
{
int command_parameters(const CommandContext &context)
{
  const std::vector<Option> options = {{"--help", false, "this text"}};
  const CommandLine line("parameters", context.arguments, {}, options);
  if (context.rank != 0)
    return exit_done;
  if (line.has("--help"))
    std::cout << usage("parameters", {}, options) << "\nPrints all parameters with defaults and meaning.\n";
  else
    print_reference(std::cout);
  return exit_done;
}
} // namespace fe2

using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Identity;

/// <summary>The key rows of the Platform name this class: moved or renamed, it would make them unreadable.</summary>
internal sealed class KeyOpener(IServiceProvider services) : SealedKeyOpener(services);

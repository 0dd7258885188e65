namespace PerfFlow.Tests.Servers;

/// <summary>Paths of the clone that these tests were built in.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    /// <summary>A folder below <c>artifacts/</c>, for what a person may want to look at after a run.</summary>
    internal static string Artifacts(string folder) => Directory.CreateDirectory(Path.Combine(Root, "artifacts", folder)).FullName;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PerfFlow.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No PerfFlow.sln above {AppContext.BaseDirectory}.");
    }
}

using System.Diagnostics;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>A disk of a few megabytes in memory, which a test can fill to the last byte. Only root may mount one; anybody else skips.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Where a test puts its data; the disk itself outlives it.</summary>
    public string Folder => Path.Combine(folder, "data");

    private string Ballast => Path.Combine(folder, "ballast");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("perfflow-disk-").FullName;
        var failure = Environment.IsPrivilegedProcess ? await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", folder) : "only root may mount a file system";
        if (failure is not null)
        {
            Directory.Delete(folder);
            Assert.Skip($"No disk of its own for the database: {failure}");
        }

        return new(folder);
    }

    /// <summary>Not a byte is left.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var block in (int[])[1 << 20, 1 << 12, 1])
        {
            var bytes = new byte[block];
            try
            {
                while (true)
                {
                    ballast.Write(bytes);
                }
            }
            catch (IOException)
            {
                // Full for blocks of this size.
            }
        }
    }

    public void Clear() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        // Whatever still has a file open there keeps the disk until it ends.
        await RunAsync("umount", "--lazy", folder);
        Directory.Delete(folder);
    }

    /// <summary>Null, or what the program said.</summary>
    private static async Task<string?> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : said.Trim();
    }
}

using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PerfFlow.Intake.Data;
using PerfFlow.Intake.Documents;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Intake.Storage;

/// <summary>
/// Collects files that other systems put into <c>&lt;folder&gt;/&lt;region&gt;/&lt;unit code&gt;/</c>. A file that did not change
/// between two looks goes into the vault and waits there, unread and belonging to nobody, until a clerk of the unit takes it.
/// </summary>
internal sealed class DropFolder(
    IntakeOptions options, FileVault vault, IDbContextFactory<IntakeDb> databases, TimeProvider time, ILogger<DropFolder> log) : RepeatedWork(options.DropInterval, time, log)
{
    private readonly Dictionary<string, (long Size, DateTime Written)> _seen = new(StringComparer.Ordinal);

    /// <summary>One look: collects what has not changed since the last one. Gives the number of files collected.</summary>
    public async Task<int> LookAsync(CancellationToken ct)
    {
        var collected = 0;
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Waiting())
        {
            present.Add(file.FullName);
            var state = (file.Length, file.LastWriteTimeUtc);
            if (_seen.TryGetValue(file.FullName, out var before) && before == state)
            {
                _seen.Remove(file.FullName);
                if (await CollectAsync(file, ct))
                {
                    collected++;
                }
            }
            else
            {
                _seen[file.FullName] = state;
            }
        }

        foreach (var gone in _seen.Keys.Where(k => !present.Contains(k)).ToList())
        {
            _seen.Remove(gone);
        }

        return collected;
    }

    protected override Task TurnAsync(CancellationToken ct) => options.DropFolder.Length == 0 ? Task.CompletedTask : LookAsync(ct);

    // Links are left alone: they could name any file of this machine. A leading dot or .part is a file still being written.
    private IEnumerable<FileInfo> Waiting() =>
        from region in Folders(new DirectoryInfo(options.DropFolder))
        from unit in Folders(region)
        from file in unit.EnumerateFiles()
        where file.LinkTarget is null && !file.Name.StartsWith('.') && file.Extension is not (".part" or ".tmp" or ".refused")
        select file;

    private static IEnumerable<DirectoryInfo> Folders(DirectoryInfo folder) =>
        folder.Exists ? folder.EnumerateDirectories().Where(d => d.LinkTarget is null && !d.Name.StartsWith('.')) : [];

    private async Task<bool> CollectAsync(FileInfo file, CancellationToken ct)
    {
        await using (var content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            using var received = await vault.ReceiveAsync(content, options.Limits.MaxBytes, ct);
            if (received is null)
            {
                log.LogWarning("A dropped file is larger than {Limit} bytes and was put aside", options.Limits.MaxBytes);
                file.MoveTo(file.FullName + ".refused", overwrite: true);
                return false;
            }

            vault.Keep(received);
            await RecordAsync(file, received, ct);
        }

        file.Delete();
        return true;
    }

    private async Task RecordAsync(FileInfo file, ReceivedFile received, CancellationToken ct)
    {
        // two nodes that watch one folder, or one that died before deleting, come to the same id
        var origin = $"{file.FullName}|{file.LastWriteTimeUtc:O}|{received.Sha256}";
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Drops.Add(new DropRow
        {
            Id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(origin)).AsSpan(0, 16)),
            Region = file.Directory!.Parent!.Name,
            UnitCode = file.Directory.Name,
            Name = CleanText.Of(file.Name, 200),
            Sha256 = received.Sha256,
            Size = received.Size,
            DroppedAt = time.GetUtcNow(),
        });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            log.LogDebug("A dropped file had been collected before");
        }
    }
}

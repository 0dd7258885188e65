using System.Security.Cryptography;

namespace PerfFlow.Intake.Storage;

/// <summary>A file as it came in, not yet kept; disposing it removes it unless it was kept.</summary>
internal sealed class ReceivedFile(string path, string sha256, long size) : IDisposable
{
    public string Path { get; } = path;

    /// <summary>Lower-case hexadecimal.</summary>
    public string Sha256 { get; } = sha256;

    public long Size { get; } = size;

    public void Dispose() => File.Delete(Path);
}

/// <summary>
/// Files outside the database, under their own names: the SHA-256 of the content, in two levels of folders. A name that
/// a user gave never reaches the disk, equal content lies there once, and a file that changed no longer fits its name.
/// </summary>
internal sealed class FileVault
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _files;
    private readonly string _temporary;
    private readonly TimeProvider _time;

    public FileVault(string folder, TimeProvider time)
    {
        if (!Path.IsPathFullyQualified(folder))
        {
            throw new InvalidOperationException("Intake:Folder must be set to an absolute path.");
        }

        _time = time;
        _files = Path.Combine(folder, "files");
        _temporary = Path.Combine(folder, "tmp");
        MakeFolder(_files);
        MakeFolder(_temporary);
    }

    /// <summary>
    /// Writes what comes in to a temporary file; null when it is more than <paramref name="max"/> bytes, of which nothing
    /// stays. Up to four times as much is still read, because a sender hears no answer while it is sending.
    /// </summary>
    public async Task<ReceivedFile?> ReceiveAsync(Stream content, long max, CancellationToken ct)
    {
        var path = NewTemporary();
        var done = false;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var size = 0L;
            await using (var file = OpenNew(path))
            {
                var buffer = new byte[81_920];
                for (int n; (n = await content.ReadAsync(buffer, ct)) > 0;)
                {
                    if ((size += n) > max)
                    {
                        if (size > max * 4)
                        {
                            return null;
                        }

                        continue;
                    }

                    hash.AppendData(buffer, 0, n);
                    await file.WriteAsync(buffer.AsMemory(0, n), ct);
                }

                // a document that was accepted must be there after a power cut
                file.Flush(flushToDisk: true);
            }

            if (size > max)
            {
                return null;
            }

            done = true;
            return new ReceivedFile(path, Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            if (!done)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Moves the file to its place; equal content that is there already stays and counts as new to <see cref="SweepAsync"/>.</summary>
    public void Keep(ReceivedFile file)
    {
        var place = Place(file.Sha256);
        MakeFolder(Path.GetDirectoryName(place)!);
        try
        {
            File.SetLastWriteTimeUtc(place, _time.GetUtcNow().UtcDateTime);
            return;
        }
        catch (FileNotFoundException)
        {
            // the usual case: new content
        }

        try
        {
            File.Move(file.Path, place);
        }
        catch (IOException) when (File.Exists(place))
        {
            // somebody sent the same content at the same time
        }
    }

    /// <summary>
    /// Removes content that no row names any more (purged regions, an upload whose transaction failed) and that is older
    /// than <paramref name="olderThan"/>. <paramref name="known"/> says which of some hashes still have a row. Gives how many went.
    /// </summary>
    public async Task<int> SweepAsync(TimeSpan olderThan, Func<IReadOnlyList<string>, Task<HashSet<string>>> known)
    {
        var limit = _time.GetUtcNow().UtcDateTime - olderThan;
        var removed = 0;
        foreach (var some in Directory.EnumerateFiles(_files, "*", SearchOption.AllDirectories).Where(f => File.GetLastWriteTimeUtc(f) < limit).Chunk(500))
        {
            var named = await known(some.Select(f => Path.GetFileName(f)!).ToList());
            foreach (var file in some.Where(f => !named.Contains(Path.GetFileName(f))))
            {
                // first out of the way, then a last look: whoever keeps the same content now either touched this one or brings its own
                var aside = NewTemporary();
                File.Move(file, aside);
                if (File.GetLastWriteTimeUtc(aside) < limit)
                {
                    File.Delete(aside);
                    removed++;
                }
                else
                {
                    File.Move(aside, file, overwrite: true);
                }
            }
        }

        return removed;
    }

    /// <summary>The bytes, or null when they are gone or no longer what was received.</summary>
    public async Task<Stream?> OpenAsync(string sha256, CancellationToken ct)
    {
        try
        {
            var file = new FileStream(Place(sha256), FileMode.Open, FileAccess.Read, FileShare.Read, 81_920, FileOptions.Asynchronous);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)) == sha256)
            {
                file.Position = 0;
                return file;
            }

            await file.DisposeAsync();
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Path of a kept file, for the process that reads it.</summary>
    public string Place(string sha256) => Path.Combine(_files, sha256[..2], sha256[2..4], sha256);

    /// <summary>A new empty temporary file; whoever asked removes it.</summary>
    public string TemporaryFile()
    {
        var path = NewTemporary();
        OpenNew(path).Dispose();
        return path;
    }

    /// <summary>Removes temporary files that a process left behind when it died.</summary>
    public void CleanTemporary(TimeSpan olderThan)
    {
        var limit = _time.GetUtcNow().UtcDateTime - olderThan;
        foreach (var file in Directory.EnumerateFiles(_temporary).Where(f => File.GetLastWriteTimeUtc(f) < limit))
        {
            File.Delete(file);
        }
    }

    private string NewTemporary() => Path.Combine(_temporary, Path.GetRandomFileName());

    private static FileStream OpenNew(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return new FileStream(path, options);
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerFolder);
        }
    }
}

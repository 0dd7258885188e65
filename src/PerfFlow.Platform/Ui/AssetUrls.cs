using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.FileProviders;

namespace PerfFlow.Platform.Ui;

/// <summary>Addresses of style sheets, scripts and icons with a hash of the content, so that browsers may keep them for a year. Singleton.</summary>
public sealed class AssetUrls : IDisposable
{
    private readonly ConcurrentDictionary<string, string> urls = new(StringComparer.Ordinal);

    /// <summary>The folder beside the program, whatever the working folder is.</summary>
    internal PhysicalFileProvider Files { get; } = new(Path.Combine(AppContext.BaseDirectory, "wwwroot"));

    /// <summary>"css/base.css" → "/css/base.css?v=1f3a…". A file that is not there is a programming error.</summary>
    public string this[string path] => urls.GetOrAdd(path, static (key, files) =>
    {
        using var stream = files.GetFileInfo(key).CreateReadStream();
        return $"/{key}?v={Convert.ToHexStringLower(SHA256.HashData(stream))[..12]}";
    }, Files);

    public void Dispose() => Files.Dispose();
}

using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;

namespace PerfFlow.Platform.Identity;

/// <summary>The Data Protection keys as rows, so that every node reads every cookie.</summary>
internal sealed class KeyRows(IDbContextFactory<PlatformDb> databases) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = databases.CreateDbContext();
        return [.. db.DataProtectionKeys.AsNoTracking().OrderBy(k => k.Id).Select(k => k.Xml).AsEnumerable().Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var db = databases.CreateDbContext();
        db.DataProtectionKeys.Add(new StoredKey { FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        db.SaveChanges();
    }
}

/// <summary>
/// The key that encrypts those rows: 32 bytes in Base64 from the environment (PERFFLOW_KEY), else from a file that only
/// its owner reads. Whoever has the database alone has no cookie.
/// </summary>
internal sealed class MasterKey
{
    public const string Variable = "PERFFLOW_KEY";
    private const int Length = 32;

    private MasterKey(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    /// <param name="given">The value of the variable; null when it is not set.</param>
    /// <param name="file">Used, and made on first use, when the variable is not set.</param>
    public static MasterKey Load(string? given, string file)
    {
        if (given is not null)
        {
            var bytes = new byte[Length + 1];
            return Convert.TryFromBase64String(given, bytes, out var written) && written == Length
                ? new MasterKey(bytes[..Length])
                : throw new InvalidOperationException($"{Variable} must be {Length} random bytes in Base64 (openssl rand -base64 32).");
        }

        if (!File.Exists(file))
        {
            Make(file);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != UnixFileMode.None)
        {
            throw new InvalidOperationException($"{file} holds the key of all sessions and is readable by others: chmod 600 it.");
        }

        return new MasterKey(Convert.FromBase64String(File.ReadAllText(file)));
    }

    /// <summary>Two processes that start at once must end with one key: the file appears complete or not at all.</summary>
    private static void Make(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var draft = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length)));
        }

        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }
}

/// <summary>AES-256-GCM over a key's XML.</summary>
internal sealed class KeySealer(MasterKey key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = System.Text.Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var sealedBytes = new byte[KeyOpener.NonceLength + KeyOpener.TagLength + plain.Length];
        var nonce = sealedBytes.AsSpan(0, KeyOpener.NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Bytes, KeyOpener.TagLength);
        aes.Encrypt(
            nonce,
            plain,
            sealedBytes.AsSpan(KeyOpener.NonceLength + KeyOpener.TagLength),
            sealedBytes.AsSpan(KeyOpener.NonceLength, KeyOpener.TagLength));
        return new EncryptedXmlInfo(new XElement("sealed", Convert.ToBase64String(sealedBytes)), typeof(KeyOpener));
    }
}

/// <summary>The way back; made by the key ring with the host's services.</summary>
internal sealed class KeyOpener(IServiceProvider services) : IXmlDecryptor
{
    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    public XElement Decrypt(XElement encryptedElement)
    {
        var sealedBytes = Convert.FromBase64String(encryptedElement.Value);
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(services.GetRequiredService<MasterKey>().Bytes, TagLength);
        aes.Decrypt(
            sealedBytes.AsSpan(0, NonceLength),
            sealedBytes.AsSpan(NonceLength + TagLength),
            sealedBytes.AsSpan(NonceLength, TagLength),
            plain);
        return XElement.Parse(System.Text.Encoding.UTF8.GetString(plain));
    }
}

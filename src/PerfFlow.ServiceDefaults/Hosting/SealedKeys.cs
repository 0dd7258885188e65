using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>Data Protection keys as rows of <c>&lt;schema&gt;.data_protection_keys (id, friendly_name, xml)</c>, so that every node of a service reads what another one protected.</summary>
public sealed class KeyRows(NpgsqlDataSource source, string schema) : IXmlRepository
{
    private volatile bool away;

    /// <summary>
    /// The keys could not be read when they were last asked for. The framework hides that from whoever decrypts with them: a good
    /// cookie then looks like a forged one.
    /// </summary>
    public bool Away => away;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        away = true;
        using var command = source.CreateCommand($"select xml from {schema}.data_protection_keys order by id");
        using var reader = command.ExecuteReader();
        var found = new List<XElement>();
        while (reader.Read())
        {
            found.Add(XElement.Parse(reader.GetString(0)));
        }

        away = false;
        return found;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        using var command = source.CreateCommand($"insert into {schema}.data_protection_keys (friendly_name, xml) values ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = friendlyName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }
}

/// <summary>
/// The key that encrypts those rows: 32 bytes in Base64 from the environment (PERFFLOW_KEY), else from a file that only
/// its owner reads. Whoever has the database alone has no cookie and no secret.
/// </summary>
public sealed class MasterKey
{
    public const string Variable = "PERFFLOW_KEY";
    private const int Length = 32;

    private MasterKey(byte[] bytes) => Bytes = bytes;

    internal byte[] Bytes { get; }

    /// <param name="given">The value of the variable; null when it is not set.</param>
    /// <param name="file">Used, and made on first use, when the variable is not set; empty where there is no such place.</param>
    public static MasterKey Load(string? given, string file)
    {
        if (given is not null)
        {
            var bytes = new byte[Length + 1];
            return Convert.TryFromBase64String(given, bytes, out var written) && written == Length
                ? new MasterKey(bytes[..Length])
                : throw new InvalidOperationException($"{Variable} must be {Length} random bytes in Base64 (openssl rand -base64 32).");
        }

        if (string.IsNullOrEmpty(file))
        {
            throw new InvalidOperationException($"Set {Variable}, or name a file for the key.");
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
        var draft = $"{file}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
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

/// <summary>AES-256-GCM over a key's XML. The rows name <paramref name="opener"/>, a <see cref="SealedKeyOpener"/>, for the way back.</summary>
public sealed class KeySealer(MasterKey key, Type opener) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        ArgumentNullException.ThrowIfNull(plaintextElement);
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var sealedBytes = new byte[SealedKeyOpener.NonceLength + SealedKeyOpener.TagLength + plain.Length];
        var nonce = sealedBytes.AsSpan(0, SealedKeyOpener.NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Bytes, SealedKeyOpener.TagLength);
        aes.Encrypt(
            nonce,
            plain,
            sealedBytes.AsSpan(SealedKeyOpener.NonceLength + SealedKeyOpener.TagLength),
            sealedBytes.AsSpan(SealedKeyOpener.NonceLength, SealedKeyOpener.TagLength));
        return new EncryptedXmlInfo(new XElement("sealed", Convert.ToBase64String(sealedBytes)), opener);
    }
}

/// <summary>The way back; made by the key ring with the host's services, among them the <see cref="MasterKey"/>.</summary>
public class SealedKeyOpener(IServiceProvider services) : IXmlDecryptor
{
    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    public XElement Decrypt(XElement encryptedElement)
    {
        ArgumentNullException.ThrowIfNull(encryptedElement);
        var sealedBytes = Convert.FromBase64String(encryptedElement.Value);
        var plain = new byte[sealedBytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(services.GetRequiredService<MasterKey>().Bytes, TagLength);
        aes.Decrypt(
            sealedBytes.AsSpan(0, NonceLength),
            sealedBytes.AsSpan(NonceLength + TagLength),
            sealedBytes.AsSpan(NonceLength, TagLength),
            plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}

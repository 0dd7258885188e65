using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace PerfFlow.Platform.Identity;

/// <summary>Time-based one-time codes (RFC 6238: HMAC-SHA1, 30 s, six digits), as every authenticator app makes them.</summary>
internal static class Totp
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int StepSeconds = 30;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(20);

    /// <summary>
    /// The step that the code belongs to, one step early or late allowed for clocks that differ; null when it is
    /// wrong or not younger than the last one taken, so that a code read over a shoulder is worth nothing.
    /// </summary>
    public static long? Accept(byte[] secret, string code, DateTimeOffset now, long lastStep)
    {
        var current = now.ToUnixTimeSeconds() / StepSeconds;
        for (var step = current - 1; step <= current + 1; step++)
        {
            if (step > lastStep && CryptographicOperations.FixedTimeEquals(
                System.Text.Encoding.ASCII.GetBytes(Code(secret, step)), System.Text.Encoding.UTF8.GetBytes(code)))
            {
                return step;
            }
        }

        return null;
    }

    public static string Code(byte[] secret, DateTimeOffset at) => Code(secret, at.ToUnixTimeSeconds() / StepSeconds);

    /// <summary>The secret as an app takes it when typed by hand.</summary>
    public static string Base32(byte[] secret)
    {
        var text = new System.Text.StringBuilder();
        int buffer = 0, bits = 0;
        foreach (var part in secret)
        {
            buffer = (buffer << 8) | part;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(Alphabet[(buffer >> bits) & 31]);
            }
        }

        return text.ToString();
    }

    /// <summary>The address that an authenticator app reads from a QR code or a link.</summary>
    public static string Address(byte[] secret, string account) =>
        $"otpauth://totp/PerfFlow:{Uri.EscapeDataString(account)}?secret={Base32(secret)}&issuer=PerfFlow&digits=6&period={StepSeconds}";

    private static string Code(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238 and the apps use SHA-1; its weakness is collisions, which do not matter in HMAC
        Span<byte> hash = stackalloc byte[20];
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var value = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[19] & 15)..]) & 0x7FFFFFFF;
        return (value % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}

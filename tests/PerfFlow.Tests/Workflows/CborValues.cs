using PerfFlow.Engine;
using PerfFlow.Platform.Workflows;
using Xunit;

namespace PerfFlow.Tests.Workflows;

/// <summary>What a journal line says of an act comes back as it was, in the bytes that the standard gives.</summary>
public sealed class CborValues
{
    private static readonly DateTimeOffset Noon = new(2024, 3, 4, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public void EveryKindOfFact_ComesBackAsItWas()
    {
        var facts = Facts.Of(
            ("text", "退回 ü"), ("none", null), ("yes", true), ("no", false), ("zero", 0L), ("most", long.MaxValue), ("least", long.MinValue), ("small", 23L), ("more", 24L),
            ("byte", 256L), ("word", 65_536L), ("minus", -1L), ("real", 1.5), ("whole", 2.0), ("list", new object?[] { 1L, "a", null, new object?[] { 2L } }),
            ("inner", Facts.Of(("a", 1L), ("b", Facts.Empty))), ("long", new string('x', 70_000)));

        var read = RoundTrip(facts);

        Assert.Equal(facts, read);
        Assert.Equal(facts.Keys, read.Keys);
        Assert.Equal(facts.Values.Select(v => v?.GetType()), read.Values.Select(v => v?.GetType()));
    }

    [Fact]
    public void Instant_ComesBackToTheTickAndWithItsOffset()
    {
        foreach (var instant in (DateTimeOffset[])[Noon, Noon.AddMilliseconds(1), Noon.AddMilliseconds(999), Noon.AddTicks(1), Noon.ToOffset(TimeSpan.FromHours(8)), DateTimeOffset.MinValue, DateTimeOffset.MaxValue])
        {
            var read = (DateTimeOffset)RoundTrip(Facts.Of(("at", instant)))["at"]!;
            Assert.True(read.EqualsExact(instant), $"{instant:O} came back as {read:O}");
        }
    }

    [Fact]
    public void EveryMillisecondOfASecond_ComesBack()
    {
        for (var n = 0; n < 1000; n++)
        {
            var instant = Noon.AddMilliseconds(n);
            Assert.Equal(instant, RoundTrip(Facts.Of(("at", instant)))["at"]);
        }
    }

    /// <summary>Examples of RFC 8949, appendix A.</summary>
    [Fact]
    public void Bytes_AreThoseOfTheStandard()
    {
        Assert.Equal("17", Hex(23L));
        Assert.Equal("1818", Hex(24L));
        Assert.Equal("1903E8", Hex(1000L));
        Assert.Equal("1B000000E8D4A51000", Hex(1_000_000_000_000L));
        Assert.Equal("3903E7", Hex(-1000L));
        Assert.Equal("FB3FF199999999999A", Hex(1.1));
        Assert.Equal("6449455446", Hex("IETF"));
        Assert.Equal("C11A514B67B0", Hex(DateTimeOffset.FromUnixTimeSeconds(1363896240)));
        Assert.Equal("C1FB41D452D9EC200000", Hex(DateTimeOffset.FromUnixTimeMilliseconds(1363896240500)));
        Assert.Equal("8301820203820405", Hex(new object?[] { 1L, new object?[] { 2L, 3L }, new object?[] { 4L, 5L } }));
        Assert.Equal("A26161016162820203", Hex(Facts.Of(("a", 1L), ("b", new object?[] { 2L, 3L }))));
        Assert.Equal("F6", Hex(null));
    }

    [Fact]
    public void DamagedBytes_AreRefusedAsSuch()
    {
        var writer = new CborWriter();
        writer.Member("f", Facts.Of(("outcome", "Approve"), ("round", 1L), ("list", new object?[] { 1L, 2L })));
        var whole = writer.Written.ToArray();
        for (var n = 0; n < whole.Length; n++)
        {
            for (var value = 0; value < 256; value++)
            {
                var damaged = whole.ToArray();
                damaged[n] = (byte)value;
                try
                {
                    Cbor.ReadMembers(damaged);
                }
                catch (InvalidDataException)
                {
                    // The only refusal there is; a change that leaves other values is for the hash to find.
                }
            }
        }

        Assert.Throws<InvalidDataException>(() => Cbor.ReadMembers(whole.AsSpan(0, whole.Length - 1)));
    }

    private static Facts RoundTrip(Facts facts)
    {
        var writer = new CborWriter();
        foreach (var (name, value) in facts)
        {
            writer.Member(name, value);
        }

        return Cbor.ReadMembers(writer.Written);
    }

    private static string Hex(object? value)
    {
        var writer = new CborWriter();
        writer.Value(value);
        return Convert.ToHexString(writer.Written);
    }
}

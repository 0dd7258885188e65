using System.Security.Cryptography;
using System.Text;
using PerfFlow.Platform.Identity;
using Xunit;

namespace PerfFlow.Tests.Identity;

/// <summary>Drawings that zbar 0.23 read back as the text they were made of; every version from 1 to 10 is among them.</summary>
public sealed class DrawingAQrCode
{
    [Theory]
    [InlineData(10, 21, "a9a2fa1bda4d75d5704165b2244289de7d90f01144ae74493ec37018c1df90c5")]
    [InlineData(26, 25, "e13ff4aced4d8fc7ef2b0a54c0c6aa7470dc4019f6071e0a0ee631e5056c309e")]
    [InlineData(40, 29, "9210a0943f42e25c82d4a90b5726db3f0d07efdb978df6cdb3ff677a74e5524c")]
    [InlineData(60, 33, "a524ff3b49a286f7a1dfa6d0ad5219152b23c7ed8f8f3361d5a0995e0b60fd6f")]
    [InlineData(84, 37, "bd3fcc5a5edc5625b6a70d18b655659333a00c22a758973fadc901984c456b6d")]
    [InlineData(106, 41, "31b65b39a9bd7c6ca007a86440d36ec978e891e6291299bfaffc4211b45a5733")]
    [InlineData(122, 45, "c5f97c023687be199b308a38704aee9a554d9de918c4f662d47a87baa06052ae")]
    [InlineData(140, 49, "25d653ccd31c795e992fc949a9133a6d27df21f1a7335bf3db66e78a6e7e33f6")]
    [InlineData(170, 53, "9bd6582a905d65fb47aa16cd6bfbeed3efe29887a74d1443248f7bdb702ed4b3")]
    [InlineData(213, 57, "1c9125746892f8d68c4f22207d20ed0bf35bf17cc46cf2e0659745cfbf5f21c2")]
    public void Text_IsDrawnAsItWasRead(int length, int size, string path)
    {
        var code = QrCode.Encode(Text(length));

        Assert.Equal(size, code.Size);
        Assert.Equal(path, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(code.Path()))));
    }

    [Fact]
    public void TextBeyondVersionTen_IsRefused() => Assert.Throws<ArgumentException>(() => QrCode.Encode(Text(214)));

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('!' + (i * 37 % 90))));
}

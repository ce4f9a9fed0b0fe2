"""What the judge of humps learnt: the weights of the network of `ecg.hump_evidence`.

`python -m tests.bench.hump_fit weights ecg/hump_weights.py` makes this file: a fit on both leads of the 24 MIT-BIH
records of the development half, clean and under recorded noise (what exactly: tests/bench/hump_examples.py). What
such a fit is worth on records that it has not seen stands in docs/BENCHMARKS.md.
"""

from base64 import b85decode
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@lru_cache
def judge_weights() -> NDArray[np.float64]:
    """All weights as `hump_evidence.log_odds` takes them, shape (n,)."""
    return np.frombuffer(b85decode("".join(_CODE)), "<f2").astype(np.float64)


_CODE = (
    "I4&$M<RH<mu&=N<3o#8fKds-fuPm-AAu+wM86+dGsx<kqe27N2m#A{J(lxcL)*n$XzA$gGyR#Iqf;PvbaH=hr#4{JRDXdg9Eiqa$RH>}6Q7j"
    "9n?JOg(&5d2J%ru`U@+qgZO|gu#S~X9u2C%@e`7!CT!n9Zt`!PZ<d8`kt_AbV@J+pZ;7BX8T1*^rd{4dw8k|z(X=&Y5px+JQvFfzKbFS7h9k"
    "22-2?5}aL_Af)M>$1J7`zoU}f1nAdx+{FP_^t&ou{3|Jv9U3(<S<_&Fff&*P8Ha$pf2E}%YwABiLsC|bv9S8i75!L`7rB|;V9a%I4}(~#;~o"
    "Zh$!s0N2*XVsx&^Ygs7RWq%G*IAtz5U-Yi?Oh$f~jzbyf=<FU6S<1zjYBQ6rDZ5#<HQm+p$Ks1Lm1FsOS(JWoK_n-4MUoy$HYqB`6qpMS@_c"
    "CBG05B=5C#<b4nk?n8(6NWEqpL5f7%3#HWHbvYtE~wmZZUK=`m-sjvaq|hL#-q;yDWmN`LS>=<fZno$}m2vx+*a&<}AxBW+--{>92e=C$ny_"
    "QYpM8<s!H#m$0)e1TEGw0kadN(Xf8Exvxkq{V*4+bF|bmJ+0ZS=rVz+ODQO@_AV_kIx4QM@2>4MDz@*Y>@le<lCP_(x|OvspsHgv2dhr0FDw"
    "(ZkgGf^ZY&kBqNR*50HrT52QS?(wXMRhZY}sVZz`XzB(BIZW3->DSvJ8gf2|iTimnbJlC+aAD;?c0E2}=Tt1QhZ^DNM{xF1lS_A1OVF)o8H!"
    "72i@s4D|5-YBNCB&`IXp)L5Zl{VBdHmOK0U9B=9Q?XSvbfJMXE3ALAiZmpcuQ0i=Uo=T5_c7x!U!eA^^eh&toicr~E2*5bkFm0@wl9&Z!86`"
    "3!LS=FR<K1OEU-r|8yx;IY^|iGyEA7bzAy)|#Wy6doGV4ChcFqjf0;@r3N?<hzNt2^L$T7dwKMdtA2k20Td<BVt+N}fl&teFd9ki0Q>nDG=P"
    "+BX^fETHN;sjhhA`hM2`jm<1ggrdX)&s@#v~W2eYMuOTruse(5QR1`LUfZ)3Nw5eK4djRj#0^EG7J-%QELBH!ZrWLN|!D5iGJ712k)~e5oC+"
    "IyIRbfG<U^Y__zvzBP=mL$67-CnI++$*>eJXEpRNKe2JN&8*e41u#4=LaSZ0YcD#q$S#vD+A<!gPA)yOVloRg|ExQu7Pv*Nfw4xkYM?i`X(g"
    "vAXt1`V7%~AgbF(P5Ln}hCX0~ZG4!7;E2C~^LlPH6$+%Q_94kXpDttntQ87uuTMz*^(TC((_gs>mB`!NQvq^zE_Z8OO+O0uc7OE4*@ez$WtG"
    "P;eXh_IhCcQAjn^eUw>Wv??5MXX6VS~U2uZ?w`iFfRfyi>(hWCN|M7W~{BWAvj<)gs`EeIjBx4*{VM^>$XcR<SqCwmNgHwFEhU_UNE3239;u"
    "iLWDWFXR&rM1uldxDKY)4q%~KqoV6^dOf(%e!m6n%Vz8E^h&2o>60#Sq?>2TSOD#7nM=3$J0x;4lX|x<ET&NPbO0Jf$>oHj}jweMa(=F(-h_"
    ";9={wZB9@2vPL^`<Sc*e{f=NUoQy9W)s*R;D;Eysyu+4y?1S9<->N9kjKyPbMWFi7q%Xa<HQ{Wh>~k__FOILoG6`1*r=zI<u*%&#MuvzO`#E"
    "v#csEV6EpZI<B^`HLv0&+q0@7MYTD(AeHSj5U>X<mL6y|KdQ{NMXuW__9#rU=O<k<bF2BSC@x~QHLO-KyR2$0si%o8fUga+UatW*b*;;?ceG"
    "=<8z{3hSFwzxY9Wp@BC2n=VXVt62(*Q@Dl$bk*0xrx(K55QP&CFY$S%(;k}UQx>aLJ62eT|WJFcm;$}niS>Mct%$FIb+xHE1pKd}O~f3u9Lp"
    "RS9w*f4oGJ+((IQ8OX7ellmPqb>KZ>y!K|395lLJ+eeNMW&pvsyS}CiLTzNhOcn75H#_xy|R)px3Dvm1ubH+yD?ZVk}^Xw#wAI&Cou=C#~b`"
    "KlPPj63#@cF1FoPp-m=xNGdadJ5iTh*ARq^?AhhPP7BSX1h^>Su%{Je$Ft$Q3MI_5NSgx3{-8ZtVjWotMjw<UhUp&Js&Jzx{2PpxnfI43}X*"
    "c#O=`)+R!K-kw)TYogJ+@;m0<nIzd9psWe<%+t4Xh@p>$51dOt1$y4l*Y(wLCsDJ2qRhHZb=#bsXL^(K7|F&@uwH5~z%@B{RS`>8>IrwWp)6"
    ";jt$ySui6wYA{Q-WUjxg!Ytt}87-qQ130HIJ~tsJf;2F<__**j+cXh2$D>uXU$~*Sgek;1s4@1jv#js7gs#Rk;<QmJ2(VwSvLyO48ZBe5Dl|"
    "l}mNd#UV>@gvWHl48gt;=ZLot#uQm$#YjI5@(uB6I3ZZaad=_-A&<F3dr9<pXILbA6px3BTAva&k0G&2yRDzp)^9Xe6ASS}AIrn<K&H7Cxo!"
    "mQq-TC#AcQm*?nZy{v3zc6vFWv$b*05ATlE3vdOH>y~;-7t8!=q9@}c(xO<us8v@<E+{*)3z!%8!pJSJFwU<fuuGs1Tj?^BdjU4fv>A1doqD"
    "0EU@D=?XbZ#BQEu{l(Z1E)+Zn+inaN+pf#?yingLD!Lp4r`z@KR<+GSG45<?|bTJIIn6%$1V=O8v#V{bKAG0ksW~vN0kqyqN7PiZ?5G)C;9J"
    "4R9zAmt`zqh?KA)QCIzn+(<4YqhRQ!pVhD>W3iRwWdy5-j{O@HFC>f~4a$6fbT!IWfF7F}XIWwxOV~A+-&xP%d1qAh#_lbS?b2sVHc(RI@8G"
    "axld*)G^ApEhW)1D>cigoiPxt9xa$P)g{L?{H%I3NU&Qi!KjEKjItK4T&`BIH?^;`2{a_LG@;6|yRvjFp)CJ1X)J-bCA1SVrZFS48!=3;r!~"
    "1T=dpq{y{^KvBQ<j`tER{-U$CMpTCskyDY%cYZ#4C*fuwe^9vO-+t|#>|Lna!uxUWqz6fh6688HB}`7_io!L@BP%d1Vdqc;LCy)rW;-M7M~)"
    "1_RoAhd<AwKTG?Xe`^X1EVA<46BeW2Ck#CJ+zcFfHJD6JTFPI&MqM|MYJI@YOF}M_cXt-!!SlK`L#|lg04ujm9*C-t2A%2{4gM}y(uy;1FT@"
    "MEF|cyRI!yZuP~jf4=D$)L$KvFF0OniZY_AQiY!*L{v|`Arm*NLe6YQ-LM(bN$Tt|YxGu0TJ~dsmg|E=JrYUZ-(6$RWDK)U4DkYnx^|co_{4"
    "XdnL$Oz|7qr{7MlT<%q^(t@xhaFNJQxl%w=op8Au`#Z0W&VI+%Z44uq;utp|v11cQRlkfUg{^6tJ!~GBb!U9<|;y618ZrV=k_$TN(N+Mwt?^"
    "lrhvc(K5re8!MhMd@!7`(l1xApDygMV6sH4nk`(VSSjVChA|m9ST!;%fVfjThN)i>urX?}W-(|oelKXTKr;w5fiR-Fp|NkO)G>#&1}&#23#e"
    "<aueJ`f@Fcjea;<4Chp@vi`?Rh$sx?tK-6~70xw8_rRWAEBb+MeOn6pWzj<W)`znf36Iwa_=PO>MrC^3~Wdo@8VEIDN~WGm?}fV424ZmpR#w"
    "k#a3ye5dHAG5HmtSh85Oe-Weo2$E{6%;J5F{nze@U6VC-m40;(lh#~rZPvQOE`%!-zp6)-L4-dZL&QqOQkKfp(vs*EUb&PgD7@187dk&G_+c"
    "*wX23MJ}|<nDXAJV@hsFMUaa~i(=@lE>o$ZfAS$FU<gXI1VzYmyDz3{f7BKWIbF$R2_^cE)J+8?-gS2?DL7+J?K`qTR8LjNC%r29%3bHn-GB"
    "!pqx-WJrN-k72L$^P#k*WPBBQi0t5i#^HUbAX3Y_Q>{NwTLpUAQ~AOtr)+sVNmMLat{scr_Wdz_k$@*)|C=mNuL;=`ZUwf4t+a|2MxgEII7A"
    "ex*Jws<4MTR<nn)KeH&i{kSx`gt%_9bgwA5k+jaTo;R1Z<F#5X)-(||QaP?R(>J;|OSGgk@3AmAKQ2eNY`pR`AhhwZBDV-Q$+#rFy{|~L>N$"
    "_O95Xnyp|a96o;bTU_N^-|csy0Oi#9Pga5~O7LA$v)j5?IN+cbZ@$2|kUHoa20W4RMSI=dXU3q8uO+aM$~(KPV4Bex1MsWcHgBDt<RctKh`$"
    "GAqlmPKtvZ$6zs-8}(8*S$QkguG<LgSeI_%tK5%uE9RFg1r$zB)l`dW-e5|5xJx$ibfN|Z#*MD(!$lhS2IaMs<w2-v%De1tUORmok5qkw!l<"
    "9A4q6K8#~dz@<8Xr2tyP?ea4waZOcr@#=?fbJHi>gd^F0#RKT;yO-aW_|Fb>74!M=TYP}OOCOTe22Q_U#;k?DPPrPeApS`&~6hSD$Ilz9w6t"
    "M3_7&$()9K)U}ueuvLpF@m61jP=)iZ$Ud<gk=C54hbpBDjFGv@a_suC{Nnd#Fq^^|nwl-nFDQd?qQq#Wc7$WH4thXDfU#qBBf6OgVPA7qJ#J"
    "95~N2Wiw4O0y$$kf42s+<uInDp|d}=!l+2E=CZTBOS#uNQ@GQ!skH{WHM9(`WIDCDLor)8lsX=_q&q-4SUT7(={vwTSvlP~p1T4$(y{U{{<$"
    "x>0J0=EJ-EBP#kjFJu(q|a9jolAjkYhaI5;A=^fz>@Mm<U~em49y(x^<W|FTJ`)2LhsQLvq>Wv;`iO{23drX+hP7a&EiKCC0IeW|0V8m9oP@"
    "h9b|0jwz`f2vEWaH|8PSGG`}?XHfmWwhL^Wv6t3!LG}t?X5Vd*Q;14@24p&DXS)}p|LWn{jL<BZl?#TLM@i8hpb30bgXzSSg<0hhP1pMjI77"
    "6c(kdi7^pC(Ah0s4)UeK~?xkfeC!LrpNvPbgv97SIOs9~fXsTAN6)KXS(5^NtN~~Na&a8l^tGIHf=&d@f+aY$T5v`P~;j7Xp>!bfD1`sQ)P9"
    "S+I$t2Y-CM7?c?xi^<Gp8#kkSH1^-mpd{3aO2ysIm7gFrARABCi&$+nqG5uC08nj;^7P->es+Jt#e^S}852fS?IAQKqD#!=R|7=r53}a40bx"
    "U$A&EBb72P-mgR~bgsatzNrGIrL1D8TBn_;x+m14IH+P9{v9SL9VA?<-=Qs_SEjJ5y`}G{tEHT&@tm%uN2|srw5Z&vLar4o;;H!}g*fOj<Fd"
    "pv88}`vD=_vh$+Ge>MlXdlTqqK`R<u(yH@mv8QnqI+b+OsAEwdb}w-vXvjxO`AX*d|T%e3DxQ?a_KpR=;8v8o5K@)^G_AFcl>7^p0u462x~l"
    "C6d^2(sF-f~PDnZz~-pX{|IUw6Wr$TALd#rK-}Y4YU}jfu&rmCbNF1pQ`XBc(KT?gRj@DlA)k3jVVzug{B9!YMn`~d8Y`lda1RqxGP;F`lm="
    "P_N!Ygml{VO?Xr8KmMq#QpC}qB0IB^f+Nsa1u%dCQt|_>wXDwwhcPcxz*D#+fR4YocTBuB|Tq_qOBrP@`F{luw^eY`8U@yw052d22zObsM)*"
    "7KC53hcvmZ({%Wu%WRAs<*RP^0~<p{Zf0b|Q|e%BFp(swSGEU#S==u8oPM!mI72#k2Y%yEH&7YA|0a94?ip9i>CB;i?|6Of7mXIW7;T?l5|+"
    "t1#uLC^1^EG^Qi2`LRYMCMzMe4lr7_O)qmS<*u%&FEqU_A+Kp0I4V>qXRx`j@hly%9;gc=Ei#!d@ibrxRx%v4;;EsrudU9H*RcYw?V{VZDJ)"
    "~T0x9pWx2|xhsyMPR<g&msQ#OS)0W7(ry|QL8@+(y{wj-~%eX)-+7`t5|-L>T?cCc%(^0I`k)GbG_>a0Yqi#Tk#!n6}IGqaYhlClS_v#DpRG"
    "^c|nbfj6NmN6ME{HRQ+s3=phIV$w7lOdd<>8{SN`X?$W*0QmwDXf34QnA0R(yh=ZrnC^SKr4u_3$JggzADu&LM&?|tTpSd1}BCwHY_@|2{Vb"
    "Oy(wCnLaivRO{zXM=CUEQVk5D!QnO637%(ZU_&(-2SUs^eia&)oMzr#}pSKCICcULV_p*M!N-!5ZJ16our7_jFf;1y4<v3)+M?3UC5kMF`z&"
    "w;8m^aoeim?^1c(Gotv8m{->?C8D`XDnRgD{FLuBAkxkR)ER<|oOl>Zg(+4zQ)IWhqajUa^;`!l%lw0kPk$xTFLrXtKAjqp}3B6sjt%8YKy="
    "6DHXom@mgFGpy>VuqF4T*&xNRD6HI@L8?-%4lIJA9kU%Qkf{i)c(CK8?JA2VkFrFt*RXuBI4gn~Iw;hzO(!3rLNKy0I53*84l4w=0x(Fe%PP"
    "&O2(UJ?_Nz^*eXu$$cr0<QH>$3(W~5M-2(tjPPc28RcR9kMJ*kARy{IWF896vLNTMgJJ1posYONBqV<tQ)d@?{V$gZ?AW4C51t23-JLalJOs"
    "j~qxk~O?EDKmSobvUIoY%UPD+beD~L$Mt=<vEzNFe|~jIy0^|5jD9ZY_Bu8qPViN@;K8o7dewP**QeE^)!Q;QNhBxFS*z`_rqtn6FOKsA2yX"
    "Z9l++qRios*0yh6K#I{1Mh_vpajVYNZH8=jm;k#cvFT}IArnwNju(&id0-E)$DydYa4lw4U1t_i%s->NsK&<8`uc+i1*Qi6Eo~SpdbEy&<4K"
    "x&{x+Is8a}kLmvZOqmXP=%azNv(scdxiFFR~M^4!H0pV4>tIy0D2bLa~!BJ*-)%BC%Gea;k!?0jNTzB(!fXY9|q~_a9d<#<7vDf+y!JCM9a7"
    "`LRc_{w5==9V|_+tgTZns4F9^UNHKuN3OP|MlD9Q{xUeCj4d0ib*iDUcr5j+OtD-o5GztHV6}X#o2LGseYAWik+g5H3NU4~AvN_b(4afALpj"
    "j1OE+sPa667EW-<e^MlF;z_OijRs5eTq!LQ4*s<L9bGrh|?s5BL&+O$lxX0ed8YO}+xmZ8!sw*l!OXsn(oK`k_;i6Vq9voM6O->nL!O{Z%xX"
    "$0-0j<>BV$0*>caj<=?h%A|`D<|)%#V#MDMyMm4w682O>?_o-MlgP@Gc`b~ZZiNhS1Oj2exklHBd7s1q%OxHtFm4gxG*lP8?ve~=BnBvH?7>"
    "R^r+adC!wLNEiu$3s-$Tw$DqqFBe0z_Nh}wyBradBQLo`K{;HR(dN279>#j2_+pkY2L@bFd$E!!O-mp8a)HC`l>91j~ey`&&60cUPYb=|u^f"
    "75Nel1uwZ6s5uEhwKeLMfj!_ANmq?X{>ft26AfjIpP%Wht;Lz_RYI(YJLlX{NBWPO&I48Zi^6{j1%uzAD)`v#~m|88efzK(rt+R4wu<jWZ{&"
    "b+$b;@2?~=4K)=rPN)>MNUc4tPpZAB1FzUA$FQKJCaKpb7om5fff~E1;-Sf>Rwg5@$gXD`zNG1;XDJz^$*~x&Rw~r9gs(F%h$!D5_&jYpu{}"
    "<+ZaM}yt1z*s*EN@}elwOjw=OL}FsPY52PNY)Begpw_A#=wP&|q^#XHnAXF_Q_S3NmGXD?zeBF1pQ#>AdENyLo5O2K$M3%Q8EUcQdJmco3*e"
    "7j=DT)@@D_qiiEr@yi_EXc{VB*#9+EyORx(!@ixo575_VX<_ywXo``CosXXL@9N&WU%Tn;jLSodb5<UjVXvStfmgJ5VQ=e3b3}Z`JjfZ|FJ$"
    "GPq4MARI)QTR;n+rFTi&_<TUj>qrXqcUb<JjO+78CvA&zVslAfG89w5`{4fc;EJo45ctqqsgs~k!(m545X~A^Bf~mH=eZxn>z8wuRb|)z&do"
    "L_8kS5M1+#fJB<r@+xLnn|WXCb09%AIyEeJh6|w=Qt4x|v-jOR14Dt{}po{-#-_)g<gNOsl^%OSB@Y2r*Q$ex$>(gsXZsgRC#9cdTTsGpEEg"
    "!X`*CM6idecrKqU@t~owB%T#A>Zc_j#H<9UYOJp?%BYDk39dw>)h|M@=A@agrX6lHH>d-tE1|Ej+^EJf0;E_nW34)?yf7*%v8R8i;;ctBI~l"
    "R0<gAsa$E)HpMymEQ@UqvhFEGrscdu=-yQ+CKW~EoJ&#)k@)~_2gE3YsyX|)Zm3@jwIWvzs@>8>_2IIMoN6R|?G_pTK&d#r0Qma}xQ;4Qee6"
    "0r=lRIXVvu&8gcVz95QMzDf28mj9ozOZ?vtt*wZL8%P0&#B!o+M&#;+^8I_pcOeV;3zY##WZFqW~!Vw3o2zar7C%>L^F6S)+>!QZYV6PdaZ{"
    "ueY9Du4KbXxi>uSJm#q#p#jG^0NUd(KyQ|nVhb|W(3pEEXJ0eyzPA;P~Z7*=9b1gzKk1xhB1T5_%_AjQTdN!ypgs6=*Z!StTWiW!O+9aDXku"
    "Q%i>MR!!J}u<0^)&@8s;*o$CoI@Bt1Jwvv@>Nc&MN^m$tyOn8LU(^+qC_zdNJa+#IC}$v8*pQII6F&@U1eeF|0>6$Sngd$}_7jV=EXmPAw%f"
    "YA*OGN-UKyq%VyyhAzM@P^dpIud?{3=`9Dd6RIk*Gp9;3IHy#o)TPm?hn!9_PA@O2UN<c*fvZe7A}?$;CoQP05+@=t2QXVOiY~jZYq4%LY_="
    "@0>@l&nk+0RY7qY@NSF{ha`L6c2NUilXFr>RLdaw$rT`$xc8mB?BiKhQDRj78Uwx}m2x2r@l3Lru+KCkzyi7d0TDHUY35vAxbuNP{q<CQC|T"
    "&ou@@hiTqr8S2vIH$rm)hG!x0xT)1SuBhzsUn;*XDVi`EiGZP%{b#O!?2Gy_$-Dt6(}&Tl`P3H^DNaf(Jb4w+NLWrjVTfw2`~<+;v~%{v8U8"
    "D%p+!~h9}gefFwOM#Vv-ZHaI;mKdCA?%`F!=EiCG;Iw}e=OD=GrLM`^L7Mmk6^0NS_+%BuNSFM(`9i8Pd1)NT<7^xntx~Qx&9xPKUeKjI2Wh"
    "$aL-7G0M+ba|&M;*2<jVrV+f+(jamMUy7;4y|QtuEU!SS1rQ-zjG^8Xz|<k1Sm#kt;tk9W9Ki^f!<ySfh+KZ!IA;k0@%Yhcpc>{w?%1aV+<w"
    "Osb?c^Q{u7?lUB>uc$PxM5kmpSEx^|ps3iaS*fr$h^31!>w{6Oh%R-qS*_5VhNw+3WSkhUSFAcEEUor1Rw_m<d@ZCZh${mqLMt#T!!DFGg(Q"
    "?Kkt}H~RxJ)P!Z2O5_%%r}1hhyzD>2wRXD|b``Y|OluP|6RN-z_)Vyy"
)
